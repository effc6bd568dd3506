import { z } from 'zod';
import { consoleEventSchema } from './events';
import { failureSchema } from './failure';
import { liveRunSchema } from './live-run';

/** Bounds of a transport, in UTF-8 bytes: more is refused before it is parsed. */
export const limits = { request: 1_048_576, answer: 16_777_216 } as const;

export const outcomeSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ ok: z.literal(false), error: failureSchema }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;

/** What a page sends over a transport that carries everything as text (WebSocket). */
export const requestFrameSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('call'),
    id: z.int(),
    method: z.string().max(64),
    input: z.unknown(),
    /** when the environment was opened that the call is meant for; null: none was open. What changes data is refused in another */
    session: z.string().max(64).nullable().optional(),
  }),
  /** Events after this number; null: from now on. */
  z.strictObject({
    kind: z.literal('subscribe'),
    after: z.strictObject({ host: z.string(), seq: z.int() }).nullable(),
  }),
]);
export type RequestFrame = z.infer<typeof requestFrameSchema>;

/** An event with its number. Numbers grow by one and never start again while a host runs; `host` names that host's life. */
export const numberedEventSchema = z.strictObject({ seq: z.int(), event: consoleEventSchema });
export type NumberedEvent = z.infer<typeof numberedEventSchema>;

export const answerFrameSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('answer'), id: z.int(), outcome: outcomeSchema }),
  z.strictObject({ kind: z.literal('events'), events: z.array(numberedEventSchema) }),
  /**
   * The answer to subscribe. `complete` false: events were missed for good (the host forgot them, or is another one than before),
   * everything on screen must be read again.
   */
  z.strictObject({ kind: z.literal('subscribed'), host: z.string(), seq: z.int(), complete: z.boolean() }),
  /**
   * Follows `subscribed` and what was missed: the runs under way as they are known now, so that a page that comes later, or is loaded
   * anew, shows what one shows that was there from the start.
   */
  z.strictObject({ kind: z.literal('live'), runs: z.record(z.string(), liveRunSchema) }),
]);
export type AnswerFrame = z.infer<typeof answerFrameSchema>;

/**
 * silent: the connection holds, and the host says nothing; ended: the host is gone for good, or another one has taken its place, which
 * lets this page in no more.
 */
export type ConnectionState = 'open' | 'lost' | 'silent' | 'ended';

/** Everything that the page sees of its host, over whichever transport. */
export interface Wire {
  /** @param session the opening of the environment that this is meant for; undefined: whichever is open */
  invoke(method: string, input: unknown, session?: string | null): Promise<Outcome>;
  /**
   * @param after the last number that was seen, of the host of that name; null: from now on
   * @param listener gets frames `subscribed`, `events` and `live`, in order
   * @returns ends the subscription
   */
  subscribe(
    after: { readonly host: string; readonly seq: number } | null,
    listener: (frame: Exclude<AnswerFrame, { kind: 'answer' }>) => void,
  ): () => void;
  /** Tells of the connection itself; an IPC wire is always open. */
  onConnection(listener: (state: ConnectionState) => void): () => void;
}
