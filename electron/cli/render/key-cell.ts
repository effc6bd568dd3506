import type { Look } from '../terminal';
import { keyText } from './format';
import { printable, shortened } from './printable';

type Key = Readonly<Record<string, string>>;

/** Fewer characters of a value would tell too little. */
const leastOfValue = 9;

/**
 * A key in a column of so many characters: with the names of its columns where they fit, else the values alone, each cut in its
 * middle where it has to be, since ids often begin alike. What is no terminal gets it whole.
 */
export function keyCell(key: Key, limit: number, look: Look): string {
  const whole = printable(keyText(key));
  if (fits(whole, limitOf(limit, look))) return whole;
  const values = Object.values(key).map((value) => printable(value));
  const each = Math.max(leastOfValue, Math.floor((limit - 2 * (values.length - 1)) / values.length));
  const joined = values.join(', ');
  return fits(joined, limit) ? joined : values.map((value) => cutInMiddle(value, each)).join(', ');
}

/** Text of a cell, cut at its end for a terminal; a pipe gets all of it. */
export function textCell(text: string, limit: number, look: Look): string {
  return shortened(text, limitOf(limit, look));
}

/** A number of characters to cut at; none where a program reads. */
export function limitOf(limit: number, { whole }: Look): number {
  return whole === true ? Number.POSITIVE_INFINITY : limit;
}

function fits(text: string, limit: number): boolean {
  return text.length <= limit || Array.from(text).length <= limit;
}

function cutInMiddle(text: string, limit: number): string {
  const characters = Array.from(text);
  if (characters.length <= limit) return text;
  const end = Math.floor((limit - 1) / 2);
  return `${characters.slice(0, limit - 1 - end).join('')}…${characters.slice(characters.length - end).join('')}`;
}
