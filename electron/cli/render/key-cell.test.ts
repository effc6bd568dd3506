import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { keyCell, textCell } from './key-cell';
import { renderQueue } from './jobs';
import type { Job } from '../../../shared/engine/documents';

const terminal = { colors: createColors(false), columns: 120, now: 0 };
const pipe = { ...terminal, whole: true };
const order = 'e4da3b7f-bbce-4345-9772-b0674a318d5f';
const same = 'e4da3b7f-bbce-4345-9772-b0674a318d60';
const line = (id: string) => ({ order_id: id, product_id: order, 'line #': '12' });

describe('a key in a column', () => {
  it('names its columns where that fits', () => {
    expect(keyCell({ order_id: '45', 'line #': '1' }, 60, terminal)).toBe('order_id=45, line #=1');
  });

  it('gives up the names before it cuts a value', () => {
    expect(keyCell({ the_order_that_it_belongs_to: order, line: '3' }, 60, terminal)).toBe(`${order}, 3`);
  });

  it('is cut in the middle of values, so that keys which begin alike differ', () => {
    const cells = [order, same].map((id) => keyCell(line(id), 60, terminal));
    expect(cells).toEqual(['e4da3b7f-…4a318d5f, e4da3b7f-…4a318d5f, 12', 'e4da3b7f-…4a318d60, e4da3b7f-…4a318d5f, 12']);
    expect(keyCell({ id: 'x'.repeat(100) }, 11, terminal)).toBe('xxxxx…xxxxx');
  });

  it('is whole where no terminal reads it, like every text', () => {
    expect(keyCell(line(order), 60, pipe)).toBe(`order_id=${order}, product_id=${order}, line #=12`);
    expect(textCell('x'.repeat(500), 80, pipe)).toHaveLength(500);
    expect(textCell('x'.repeat(500), 80, terminal)).toHaveLength(80);
  });

  it('shows a line break as one', () => {
    expect(keyCell({ id: 'a\nb' }, 60, terminal)).toBe('id=a\\nb');
  });
});

describe('the queue in a pipe', () => {
  it('cuts neither key nor error', () => {
    const job: Job = {
      id: '1',
      job_type: 'sync',
      dataset: 'order-lines',
      entity_type: 'order-lines',
      entity_id: null,
      entity_key: line(order),
      status: 'failed',
      created_at: '2026-01-01T00:00:00Z',
      executed_at: null,
      attempts: 1,
      run: null,
      note: null,
      last_error: 'because '.repeat(40).trim(),
      data: {
        operation: 'update',
        before: null,
        after: null,
        origin: {
          database: 'shop',
          application: null,
          actor: null,
          session_user: 'ana',
          client: null,
          transaction: null,
          at: '2026-01-01T00:00:00Z',
          run: null,
        },
      },
    };
    expect(renderQueue([job], pipe)).toContain(`order_id=${order}, product_id=${order}, line #=12`);
    expect(renderQueue([job], pipe)).toContain(job.last_error);
    expect(renderQueue([job], terminal)).not.toContain(job.last_error);
  });
});
