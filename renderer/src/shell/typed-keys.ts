/** What the key that the map calls `mod` is called on this computer. */
export const modName = navigator.userAgent.includes('Mac') ? 'cmd' : 'ctrl';

/** Keys of the map as somebody types them: `mod+k` is `ctrl+k`, on a Mac `cmd+k`. */
export function typedKeys(keys: string): string {
  return keys.replaceAll('mod+', `${modName}+`);
}

/** What was typed as the map has it, however the key is called: Ctrl and ⌘ are the same to it. */
export function keysMeant(typed: string): string {
  return typed.trim().replaceAll(/(?:ctrl|control|cmd|command|⌘)\s*\+\s*/giu, 'mod+');
}
