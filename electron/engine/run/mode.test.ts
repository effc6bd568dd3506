import { describe, expect, it } from 'vitest';
import { baselineOf, decideMode } from './mode';

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

  it('says the same of a stream as status does: current, though no full run was ever made', () => {
    const stream = { ...inLine, stream: true, baseline: false };
    expect(baselineOf(stream)).toBe('current');
    expect(decideMode('d', 'auto', stream).baseline).toBe('current');
    expect(baselineOf({ ...stream, gap: 'entries were trimmed' })).toBe('gap');
  });
});
