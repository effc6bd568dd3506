export const linkScheme = 'astro-sync';

/**
 * The place that a link from outside opens: `astro-sync://run/<id>` and nothing else. A link opens a view, it starts nothing.
 * @returns the path for a `navigate` event; null where it is no such link
 */
export function placeOfLink(link: string): string | null {
  const match = /^astro-sync:\/\/run\/([A-Za-z0-9-]{1,64})\/?$/u.exec(link);
  return match?.[1] === undefined ? null : `run/${match[1]}`;
}

/** The first link among the words that a program was started with. */
export function placeOfArguments(words: readonly string[]): string | null {
  return words.map(placeOfLink).find((place) => place !== null) ?? null;
}
