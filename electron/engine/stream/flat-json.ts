/**
 * Reads a JSON object as texts: strings as they are, numbers with every digit that was written, true and false by name, null as
 * null, objects and arrays as their JSON text. JSON.parse would round the large ones.
 * @throws SyntaxError where it is no JSON; TypeError where it is no object
 */
export function flatJson(text: string): Record<string, string | null> {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new TypeError('not a JSON object');
  const members: [string, string | null][] = [];
  const blank = /\s*/uy;
  const name = /"(?:[^"\\]|\\.)*"/uy;
  // The text is valid JSON from here on, so that every step finds what it looks for.
  let at = take(blank, text, 0).length + 1;
  for (;;) {
    at += take(blank, text, at).length;
    if (text[at] === '}') return Object.fromEntries(members);
    if (text[at] === ',') {
      at += 1;
      continue;
    }
    const quoted = take(name, text, at);
    at += quoted.length;
    at += take(/\s*:\s*/uy, text, at).length;
    const value = takeValue(text, at);
    at += value.length;
    members.push([JSON.parse(quoted) as string, textOf(value)]);
  }
}

function textOf(value: string): string | null {
  if (value === 'null') return null;
  return value.startsWith('"') ? (JSON.parse(value) as string) : value;
}

function takeValue(text: string, start: number): string {
  const first = text[start];
  if (first === '"') return take(/"(?:[^"\\]|\\.)*"/uy, text, start);
  if (first !== '{' && first !== '[') return take(/[^\s,}\]]+/uy, text, start);
  let depth = 0;
  const piece = /"(?:[^"\\]|\\.)*"|[{[]|[}\]]|[^"{}[\]]+/uy;
  let at = start;
  do {
    const part = take(piece, text, at);
    if (part === '{' || part === '[') depth += 1;
    else if (part === '}' || part === ']') depth -= 1;
    at += part.length;
  } while (depth > 0);
  return text.slice(start, at);
}

function take(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
