const names: Readonly<Record<string, string>> = {
  mod: navigator.userAgent.includes('Mac') ? '⌘' : 'Ctrl',
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageDown: 'Page ↓',
  PageUp: 'Page ↑',
  Escape: 'Esc',
};

/** `g o` as two keys, `mod+k` as two that are pressed together. */
export function Keys({ keys }: { readonly keys: string | null }) {
  if (keys === null) return null;
  return (
    <span className="row" style={{ gap: 3 }}>
      {keys.split(/[ +]/).map((key, index) => (
        <kbd key={index}>{names[key] ?? (key.length === 1 ? key.toUpperCase() : key)}</kbd>
      ))}
    </span>
  );
}
