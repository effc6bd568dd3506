/**
 * Reads a JSON object as texts: strings as they are, numbers with every digit that was written, true and false by name, null as
 * null, objects and arrays as their JSON text. JSON.parse would round the large ones. Text of any length: no pattern is matched against
 * a whole value, for which the engine of regular expressions has too little room.
 * @throws SyntaxError where it is no JSON; TypeError where it is no object
 */
export function flatJson(text: string): Record<string, string | null> {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new TypeError('not a JSON object');
  const members: [string, string | null][] = [];
  // The text is valid JSON from here on, so that every step finds what it looks for.
  let at = afterBlank(text, 0) + 1;
  for (;;) {
    at = afterBlank(text, at);
    if (text[at] === '}') return Object.fromEntries(members);
    if (text[at] === ',') {
      at += 1;
      continue;
    }
    const nameEnd = afterString(text, at);
    const start = afterBlank(text, afterBlank(text, nameEnd) + 1);
    const end = afterValue(text, start);
    members.push([JSON.parse(text.slice(at, nameEnd)) as string, textOf(text.slice(start, end))]);
    at = end;
  }
}

function textOf(value: string): string | null {
  if (value === 'null') return null;
  return value.startsWith('"') ? (JSON.parse(value) as string) : value;
}

function isOneOf(characters: string, text: string, at: number): boolean {
  return at < text.length && characters.includes(text.charAt(at));
}

function afterBlank(text: string, start: number): number {
  let at = start;
  while (isOneOf(' \t\n\r', text, at)) at += 1;
  return at;
}

/** @param start at its first quotation mark */
function afterString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let escapes = 0;
    while (text[quote - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

function afterValue(text: string, start: number): number {
  if (text[start] === '"') return afterString(text, start);
  if (!isOneOf('{[', text, start)) {
    let at = start;
    while (at < text.length && !isOneOf(' \t\n\r,}', text, at)) at += 1;
    return at;
  }
  let at = start;
  for (let depth = 0; at < text.length;) {
    if (text[at] === '"') {
      at = afterString(text, at);
      continue;
    }
    if (isOneOf('{[', text, at)) depth += 1;
    else if (isOneOf(']}', text, at)) depth -= 1;
    at += 1;
    if (depth === 0) break;
  }
  return at;
}
