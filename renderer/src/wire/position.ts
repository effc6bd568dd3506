import type { AnswerFrame } from '../../../shared/contract/wire';

/** Up to which event of which life of the host a page has seen; null: none yet. */
export type Position = { readonly host: string; readonly seq: number } | null;

export function positionAfter(position: Position, frame: Exclude<AnswerFrame, { kind: 'answer' }>): Position {
  if (frame.kind === 'subscribed') return { host: frame.host, seq: frame.seq };
  if (frame.kind === 'live' || position === null) return position;
  return { host: position.host, seq: frame.events.at(-1)?.seq ?? position.seq };
}

const name = 'astro-sync:position';

/** Keeps it for as long as the tab lives, so that a page that is loaded anew goes on where it was. */
export function rememberPosition(position: Position): void {
  try {
    sessionStorage.setItem(name, JSON.stringify(position));
  } catch {
    // A browser that keeps nothing: the page begins anew, as in a new tab.
  }
}

export function rememberedPosition(): Position {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(name) ?? 'null');
    if (typeof kept !== 'object' || kept === null || !('host' in kept) || !('seq' in kept)) return null;
    const { host, seq } = kept;
    return typeof host === 'string' && Number.isInteger(seq) ? { host, seq: Number(seq) } : null;
  } catch {
    return null;
  }
}
