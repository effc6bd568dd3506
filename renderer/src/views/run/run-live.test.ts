import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { noCounts } from '../../../../shared/engine/counts';
import type { LiveProgress } from '../../store/activity';
import { countsAddUp } from '../../format/counts';
import { Accounts } from './accounts';
import { DatasetProgress } from './dataset-progress';
import { whereLeft } from './run-dataset-columns';
import { shownStatus } from './shown-status';
import { StallNote } from './stall-note';

const words = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

const dataset: Parameters<typeof DatasetProgress>[0]['dataset'] = {
  name: 'bookings',
  mode: 'full',
  baseline: 'none',
  status: 'running',
  counts: noCounts(),
  progress: { phase: null, done: 0, total: null, total_kind: 'unknown' },
  verified: null,
  differences: null,
  duration_ms: null,
  phases_ms: {},
  error: null,
};

const live = (ageMs: number, rate: number | null): LiveProgress => ({
  latest: {
    type: 'progress',
    run: 'r',
    dataset: 'bookings',
    phase: 'apply',
    done: 400,
    total: 1000,
    total_kind: 'estimated',
    rate,
    eta_s: rate === null ? null : 6,
    counts: noCounts(),
    at: new Date(Date.now() - ageMs).toISOString(),
  },
  rates: rate === null ? [] : [90, 100],
});

const progress = (of: LiveProgress | undefined): string =>
  renderToStaticMarkup(createElement(DatasetProgress, { name: 'bookings', live: of, dataset }));

describe('a dataset at work', () => {
  it('tells phase, share, rest and rate, with the course of the rate', () => {
    const html = progress(live(0, 100));
    expect(words(html)).toBe('400 of about 1,000 ~40 % · 6 s left writing 100 rows/s');
    expect(html).toContain('aria-label="Rows per second of bookings"');
  });

  it('tells for how long it has been quiet, and no rate and no rest then', () => {
    expect(words(progress(live(25_000, 100)))).toMatch(/^400 of about 1,000 ~40 % writing quiet for 2\d s$/u);
  });

  it('tells no rate where none is known', () => {
    const html = progress(live(0, null));
    expect(words(html)).toBe('400 of about 1,000 ~40 % writing');
    expect(html).not.toContain('Rows per second');
  });
});

describe('a run that does not move', () => {
  const note = (since: string | null, active: boolean): string =>
    renderToStaticMarkup(createElement(StallNote, { since, active, id: 'r' }));

  it('says since when, and leads to its log', () => {
    const html = note(new Date(Date.now() - 150_000).toISOString(), true);
    expect(words(html)).toContain('No progress since 2 min ago');
    expect(html).toContain('href="#/runs/r?tab=log"');
  });

  it('says nothing where it moves, or is over', () => {
    expect(note(null, true)).toBe('');
    expect(note(new Date().toISOString(), false)).toBe('');
  });
});

describe('the counts of a run', () => {
  const right = { ...noCounts(), planned: 7, inserted: 1, updated: 1, deleted: 1, skipped: 1, withheld: 1, failed: 2 };
  const accounts = (counts: typeof right, active = false): string =>
    renderToStaticMarkup(createElement(Accounts, { counts, kind: 'run', active, differences: null, onTheWay: 0 }));

  it('add up, with what is equal outside of the sum', () => {
    expect(countsAddUp({ ...right, unchanged: 1000 })).toBe(true);
    expect(countsAddUp({ ...right, planned: 8 })).toBe(false);
    expect(countsAddUp({ ...right, planned: 9, conflicted: 1, not_attempted: 1 })).toBe(true);
    expect(accounts(right)).not.toContain('do not add up');
  });

  it('tell of a run at work what is still to do apart from what became of the rest', () => {
    const half = { ...right, planned: 3007, not_attempted: 3000 };
    const said = words(accounts(half, true));
    expect(said).toMatch(/^7 so far = 1 inserted \+ .* 3,000 still to do$/u);
    expect(said).not.toContain('not attempted');
    expect(words(accounts(half))).toMatch(/^3,007 planned = .* \+ 3,000 not attempted$/u);
  });

  it('are said to be wrong where they do not', () => {
    expect(words(accounts({ ...right, planned: 8 }))).toContain('These counts do not add up.');
  });
});

describe('the status of a run', () => {
  it('is what events tell while it works; its end is shown with the record, which has that of its datasets too', () => {
    expect(shownStatus('queued', 'running')).toBe('running');
    expect(shownStatus('running', null)).toBe('running');
    expect(shownStatus('running', 'succeeded')).toBe('running');
    expect(shownStatus('succeeded', 'running')).toBe('succeeded');
  });
});

describe('what a run did not do', () => {
  const left = (counts: Partial<ReturnType<typeof noCounts>>): string =>
    whereLeft('r', { dataset, counts: { ...noCounts(), ...counts } });

  it('leads to the rows, the jobs, or the log', () => {
    expect(left({ failed: 1, withheld: 5 })).toBe('#/runs/r?tab=errors');
    expect(left({ conflicted: 1 })).toBe('#/queue?dataset=bookings&status=conflict');
    expect(left({ withheld: 5 })).toBe('#/queue?dataset=bookings&status=pending');
    expect(left({ not_attempted: 5 })).toBe('#/runs/r?tab=log');
  });
});
