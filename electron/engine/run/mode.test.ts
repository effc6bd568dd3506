import { describe, expect, it } from 'vitest';
import { decideMode } from './mode';

const inLine = { stream: false, captured: true, baseline: true, gap: null };

describe('decideMode', () => {
  it('runs incrementally by itself only where a baseline exists and nothing is missing', () => {
    expect(decideMode('d', 'auto', inLine)).toMatchObject({ mode: 'incremental', baseline: 'current' });
    expect(decideMode('d', 'auto', { ...inLine, baseline: false })).toMatchObject({ mode: 'full', baseline: 'none' });
    expect(decideMode('d', 'auto', { ...inLine, gap: 'x' })).toMatchObject({
      mode: 'full',
      baseline: 'gap',
      reason: 'x',
    });
    expect(decideMode('d', 'auto', { ...inLine, captured: false })).toMatchObject({ mode: 'full' });
  });

  it('never turns an incremental run into a full one', () => {
    expect(decideMode('d', 'incremental', { ...inLine, baseline: false })).toMatchObject({
      mode: 'incremental',
      baseline: 'none',
    });
    expect(() => decideMode('d', 'incremental', { ...inLine, gap: 'a truncate' })).toThrow(
      /needs a full run: a truncate/,
    );
    expect(() => decideMode('d', 'incremental', { ...inLine, captured: false })).toThrow(/not captured/);
  });

  it('keeps a stream incremental whatever is asked', () => {
    expect(decideMode('d', 'full', { ...inLine, stream: true }).mode).toBe('incremental');
  });
});
