import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { printable, quoted, shortened } from './printable';
import { table } from './table';

const plain = { colors: createColors(false), columns: 80, now: 0 };
const colourful = { ...plain, colors: createColors(true) };

describe('a table', () => {
  it('aligns its columns without borders or trailing blanks', () => {
    const text = table(
      [{ title: 'Dataset' }, { title: 'Rows', align: 'right' }],
      [
        ['travelers', '7'],
        ['x', '1,200'],
      ],
      plain,
    );
    expect(text).toBe('Dataset     Rows\ntravelers      7\nx          1,200\n');
  });

  it('keeps its columns aligned where a character is two columns wide', () => {
    const lines = table(
      [{ title: 'A' }, { title: 'B' }],
      [
        ['火箭', 'x'],
        ['Ärger', 'y'],
      ],
      plain,
    ).split('\n');
    expect(lines.slice(1, 3)).toEqual(['火箭   x', 'Ärger  y']);
  });

  it('says the same with and without colours', () => {
    const rows = [
      [
        { text: '✗ 3 differ', tone: 'bad' as const },
        { text: '– none', tone: 'dim' as const },
      ],
    ];
    const columns = [{ title: 'Verified' }, { title: 'Left' }];
    const coloured = table(columns, rows, colourful);
    const escape = String.fromCharCode(27);
    expect(coloured).toContain(escape);
    expect(coloured.replace(new RegExp(`${escape}\\[\\d+m`, 'g'), '')).toBe(table(columns, rows, plain));
  });

  it('shows control characters of data instead of obeying them', () => {
    const text = table([{ title: 'Actor' }], [[`ana\u001b[2J\r\nroot\u202e`]], plain);
    expect(text).toBe('Actor\nana⟨U+001B⟩[2J\\r\\nroot⟨U+202E⟩\n');
  });
});

describe('a value', () => {
  it('is quoted, so that null, the empty text and blanks differ', () => {
    expect([quoted(null), quoted('null'), quoted(''), quoted(' ')]).toEqual(['null', '"null"', '""', '" "']);
  });

  it('is cut between characters, not within one', () => {
    expect(shortened('🚀🚀🚀🚀', 3)).toBe('🚀🚀…');
    expect(quoted('x'.repeat(50), 10)).toBe(`"${'x'.repeat(9)}…"`);
  });

  it('keeps accents, apostrophes and emoji', () => {
    expect(printable("Zoë O’Hara's 👩‍🚀")).toBe("Zoë O’Hara's 👩‍🚀");
  });
});
