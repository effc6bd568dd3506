import { WebSocket } from 'ws';
import type { AnswerFrame } from '../shared/contract/wire';
import type { CallConsole } from './run-task';

/** What the page does of the console, without the page. */
export interface ConsoleSocket {
  readonly call: CallConsole;
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
  const call: CallConsole = (method, input) =>
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
  return { call, close: () => socket.close() };
}
