import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { Progress } from './progress';

/** What is read of a progress: its words, and the percentage that it claims. */
function drawn(progress: Omit<Parameters<typeof Progress>[0], 'label'>) {
  const html = renderToStaticMarkup(createElement(Progress, { label: 'Progress of rows', ...progress }));
  return {
    text: html
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
    value: /aria-valuenow="(\d+)"/.exec(html)?.[1] ?? null,
    moving: html.includes('progress__track--unknown'),
  };
}

describe('how far something is', () => {
  it('is a percentage where the total is known, with the rest', () => {
    expect(drawn({ done: 250, total: 1000, kind: 'exact', eta: 90 })).toEqual({
      text: '250 of 1,000 25 % · 1 min left',
      value: '25',
      moving: false,
    });
  });

  it('is called about so much where the total is estimated', () => {
    expect(drawn({ done: 250, total: 1000, kind: 'estimated' })).toEqual({
      text: '250 of about 1,000 ~25 %',
      value: '25',
      moving: false,
    });
  });

  it('is a count alone where the total is unknown, whatever rest is told', () => {
    expect(drawn({ done: 250, total: null, kind: 'unknown', eta: 90 })).toEqual({
      text: '250 so far',
      value: null,
      moving: true,
    });
    expect(drawn({ done: 250, total: 1000, kind: 'unknown' }).value).toBeNull();
  });

  it('is never drawn full while it goes on, and is nothing where there is nothing to do', () => {
    expect(drawn({ done: 1000, total: 1000, kind: 'exact' }).value).toBe('99');
    expect(drawn({ done: 0, total: 0, kind: 'exact' })).toMatchObject({ text: 'nothing to do', moving: false });
  });
});
