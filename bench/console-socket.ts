import { WebSocket } from 'ws';
import type { AnswerFrame } from '../shared/contract/wire';
import type { Task } from '../shared/contract/task';

/** What the page does of the console, without the page. */
export interface ConsoleSocket {
  /** Brings a dataset into line. @throws Error where the run was not verified */
  run(dataset: string): Promise<void>;
  close(): void;
}

/** Signs in with the link, which is used by then, and listens to events. */
export async function openSocket(link: string): Promise<ConsoleSocket> {
  const answer = await fetch(link, { redirect: 'manual' });
  const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const { origin } = new URL(link);
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, { headers: { cookie, origin } });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.send(JSON.stringify({ kind: 'subscribe', after: null }));
  let last = 0;
  const call = (method: string, input: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1;
      const id = last;
      const heard = (data: Buffer): void => {
        const frame = JSON.parse(data.toString()) as AnswerFrame;
        if (frame.kind !== 'answer' || frame.id !== id) return;
        socket.off('message', heard);
        if (frame.outcome.ok) resolve(frame.outcome.value);
        else reject(new Error(`${method}: ${frame.outcome.error.message}`));
      };
      socket.on('message', heard);
      socket.send(JSON.stringify({ kind: 'call', id, method, input }));
    });
  return {
    async run(dataset) {
      const started = (await call('runs.start', {
        datasets: [dataset],
        mode: 'full',
        plan: null,
        approve_deletes: null,
        allow_empty_source: false,
        confirm: null,
      })) as Task;
      const ended = await new Promise<Task>((resolve) => {
        socket.on('message', (data: Buffer) => {
          const frame = JSON.parse(data.toString()) as AnswerFrame;
          if (frame.kind !== 'events') return;
          for (const { event } of frame.events) {
            if (event.type === 'task' && event.task.id === started.id && event.task.state !== 'working')
              resolve(event.task);
          }
        });
      });
      if (ended.document?.ok !== true) throw new Error(`console: the run was not ok: ${JSON.stringify(ended)}`);
    },
    close: () => socket.close(),
  };
}
