/** Keys of the map as somebody types them: `mod+k` is `ctrl+k`, on a Mac `cmd+k`. */
export function typedKeys(keys: string, mac: boolean): string {
  return keys.replaceAll('mod+', mac ? 'cmd+' : 'ctrl+');
}

/** What was typed as the map has it, however the key is called: Ctrl and ⌘ are the same to it. */
export function keysMeant(typed: string): string {
  return typed.trim().replaceAll(/(?:ctrl|control|cmd|command|mod|⌘)\s*\+\s*/giu, 'mod+');
}
