import type { Page } from '@playwright/test';

/** With the name after it about 80 characters, without a place to break. */
export const long = 'a_name_that_somebody_thought_would_explain_everything_behind_it_';
const huge = 9_007_199_254_740_991;
const message = 'It did not work, since '.concat('x'.repeat(2400), ' because of', ' y'.repeat(1282), ': ');
const failure = { code: 'STATEMENT_FAILED', message, hint: 'Look again. '.repeat(60) };

const names = new Set(
  `name dataset datasets job_type entity_type operator host application actor session_user client source target database
   column profile environment label folder file path ca inverse_of object differs fed_by table keys indexes user system`.split(
    /\s+/,
  ),
);
const texts = new Set('message reason last_error note detail gap_reason body warnings computed'.split(' '));
const counts = new Set(
  `planned inserted updated deleted unchanged skipped withheld conflicted failed not_attempted backlog unrelayed differences
   in_flight count changes attempts row_errors transactions change_log_rows unread`.split(/\s+/),
);
const reasons = new Set(['failed', 'partial', 'interrupted', 'stalled', 'cancelled', 'succeeded']);
/** Records whose keys are names of columns, and whose values are what stands in a row. */
const rows = new Set(['key', 'entity_key', 'before', 'after', 'image']);
/** As they are: what the page knows by its value. */
const kept = new Set(['app.info', 'settings.get', 'settings.set', 'app.licences', 'tasks.list', 'datasets.file']);

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function enlarge(value: unknown, field: string): unknown {
  if (Array.isArray(value)) return value.map((each) => enlarge(each, field));
  if (isFields(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) =>
        rows.has(field) ? [long + name, long + String(each)] : [name, enlarge(each, name)],
      ),
    );
  }
  if (typeof value === 'string' && value !== '' && names.has(field)) return long + value;
  // Of an alert it is one of a few words.
  if (typeof value === 'string' && texts.has(field) && !reasons.has(value)) return message + value;
  return typeof value === 'number' && counts.has(field) ? huge : value;
}

/** The first ones as they are, then copies of the first under other names, some of them with an error. */
function many(list: readonly unknown[]): unknown[] {
  const [first] = list;
  if (typeof first === 'string')
    return [...list, ...Array.from({ length: 200 - list.length }, (_, index) => `${first}_${index}`)];
  if (!isFields(first)) return [...list];
  const copies = Array.from({ length: 200 - list.length }, (_, index) => ({
    ...first,
    ...('name' in first ? { name: `${String(first['name'])}_${index}` } : {}),
    ...('error' in first ? { error: index % 7 === 0 ? failure : null } : {}),
    ...('samples' in first ? { samples: [] } : {}),
    ...('rights' in first ? { rights: [] } : {}),
  }));
  return [...list, ...copies];
}

function manyDatasets(value: unknown): unknown {
  if (Array.isArray(value)) return value;
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      name === 'datasets' && Array.isArray(each) ? many(each) : name === 'document' ? manyDatasets(each) : each,
    ]),
  );
}

function exaggerated(method: string, value: unknown): unknown {
  if (kept.has(method)) return value;
  const larger = enlarge(value, '');
  if (method === 'datasets.list') return many(larger as unknown[]);
  if (method === 'runs.list' || method === 'alerts.list') return larger;
  if (method !== 'runs.detail') return manyDatasets(larger);
  const detail = manyDatasets(larger) as { readonly run: Fields };
  return { ...detail, run: { ...detail.run, error: failure } };
}

/**
 * Real answers, made as large as they can be on their way to the page: 200 datasets, names of 80 characters, errors of 5,000, numbers
 * of 16 digits. What the page sends has the real names again.
 */
export async function exaggerate(page: Page): Promise<void> {
  const asked = new Map<number, string>();
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((sent) => {
      const text = sent.toString().replaceAll(long, '').replaceAll(message, '');
      const frame = JSON.parse(text) as { kind: string; id: number; method: string };
      if (frame.kind === 'call') asked.set(frame.id, frame.method);
      server.send(text);
    });
    server.onMessage((received) => {
      const frame = JSON.parse(received.toString()) as {
        kind: string;
        id: number;
        outcome: { ok: boolean; value: unknown };
      };
      const method = frame.kind === 'answer' && frame.outcome.ok ? asked.get(frame.id) : undefined;
      if (method !== undefined) frame.outcome.value = exaggerated(method, frame.outcome.value);
      socket.send(JSON.stringify(frame));
    });
  });
}
