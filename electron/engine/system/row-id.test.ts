import { describe, expect, it } from 'vitest';
import { rowId } from './row-id';

describe('ids of rows', () => {
  it('are whole numbers, and refused otherwise before a server sees them', () => {
    expect(rowId('42', 'a job')).toBe('42');
    for (const id of ['', '-1', '1e3', '0x1', '1'.repeat(19), "1' OR true"])
      expect(() => rowId(id, 'a job')).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
