/** Marks without a width or a shape of their own, which reorder, join or hide what stands around them; control characters; line ends. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** The same, but for what text of several lines is made of, and for the joiners of scripts and of pictures. */
const unseenInText = /(?![\n\r\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A character by its number, so that it can be seen: ⟨U+202E⟩. */
export function byNumber(character: string): string {
  return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** A name that somebody else gave (of an application, a column, a person), in which no mark makes it pass for another. */
export function visibleName(name: string): string {
  return name.replace(unseen, byNumber);
}

/** Words or a value from elsewhere, in which no mark changes the order of what is read. */
export function visibleText(text: string): string {
  return text.replace(unseenInText, byNumber);
}
