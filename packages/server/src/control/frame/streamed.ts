import { setTimeout as wait } from 'node:timers/promises';
import type { Endpoint } from '@boomgate/contract';
import { type Operator, stillOperator } from '../../identity/index.ts';
import {
  KEEP_ALIVE_MS,
  MAX_STREAMS_PER_ORGANIZATION,
  STREAM_LOOK_MS,
  STREAM_RIGHT_MS,
  STREAM_STALL_MS,
  STREAM_UNREAD_BYTES,
} from '../../limits/index.ts';
import { ownTurn } from '../../turns.ts';
import type { ControlContext } from '../context.ts';
import { authorize } from './authorize.ts';
import { type Done, done, type Refusal, refuse } from './handler.ts';
import type { Peer } from './peer.ts';

/** One event; who comes again says the id of the last one that they have. `data` becomes JSON on one line. */
export type StreamedEvent = { readonly name: string; readonly id?: string; readonly data: unknown };

type Asked = {
  readonly endpoint: Endpoint;
  readonly operator: Operator;
  readonly from: Peer;
};

/** Why a stream ends, as its last event says. */
type End = 'no_longer_allowed' | 'too_slow' | 'stopping' | 'failed';

/** What is new since the last look; asked again and again, one look after the other. */
type Look = () => Promise<readonly StreamedEvent[]>;

/**
 * Events for as long as their reader may read them, and reads. What is new is looked for only while there is room, so that
 * no more waits than `STREAM_UNREAD_BYTES` and one look; who takes nothing for `STREAM_STALL_MS` is told so and sent away.
 */
export function streamed(
  context: ControlContext,
  asked: Asked,
  look: Look,
): Done<ReadableStream<Uint8Array>> | Refusal<'too_many_streams'> {
  const leave = enter(context, asked.operator.organization.id);
  if (leave === undefined) return refuse('too_many_streams', { headers: [['retry-after', '10']] });
  const gone = new AbortController();
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        void new Streaming(context, asked, controller).run(look, gone.signal).finally(leave);
      },
      cancel: () => gone.abort(),
    },
    { highWaterMark: STREAM_UNREAD_BYTES, size: (chunk) => chunk?.byteLength ?? 0 },
  );
  return done(body, [['x-accel-buffering', 'no']]);
}

function enter({ streams }: ControlContext, organization: string): (() => void) | undefined {
  const open = streams.get(organization) ?? 0;
  if (open >= MAX_STREAMS_PER_ORGANIZATION) return undefined;
  streams.set(organization, open + 1);
  return () => {
    const left = (streams.get(organization) ?? 1) - 1;
    if (left === 0) streams.delete(organization);
    else streams.set(organization, left);
  };
}

class Streaming {
  readonly #context: ControlContext;
  readonly #asked: Asked;
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  readonly #encoder = new TextEncoder();
  #rightMs = 0;
  #roomMs = 0;
  #saidMs = 0;

  constructor(
    context: ControlContext,
    asked: Asked,
    controller: ReadableStreamDefaultController<Uint8Array>,
  ) {
    this.#context = context;
    this.#asked = asked;
    this.#controller = controller;
  }

  async run(look: Look, gone: AbortSignal): Promise<void> {
    const nowMs = this.#context.clock.monotonicMs();
    this.#rightMs = nowMs;
    this.#roomMs = nowMs;
    this.#say(': open\n\n');
    let end: End | undefined;
    while (end === undefined && !gone.aborted) {
      end = await this.#beat(look, gone).catch((error: unknown): End => {
        this.#context.log.error({ error: String(error) }, 'a stream of the API failed');
        return 'failed';
      });
      await wait(STREAM_LOOK_MS, undefined, { signal: gone, ref: false }).catch(() => undefined);
    }
    if (end === undefined || gone.aborted) return;
    this.#context.log.info({ reason: end }, 'a stream of the API ended');
    this.#say(textOf({ name: 'end', data: { reason: end } }));
    this.#controller.close();
  }

  async #beat(look: Look, gone: AbortSignal): Promise<End | undefined> {
    const { clock, isStopping } = this.#context;
    if (isStopping()) return 'stopping';
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#rightMs >= STREAM_RIGHT_MS) {
      if (!(await this.#mayRead())) return 'no_longer_allowed';
      this.#rightMs = nowMs;
    }
    const hasRoom = (this.#controller.desiredSize ?? 0) > 0;
    if (!hasRoom) return nowMs - this.#roomMs >= STREAM_STALL_MS ? 'too_slow' : undefined;
    this.#roomMs = nowMs;
    await ownTurn();
    const events = await look();
    if (gone.aborted) return undefined;
    for (const event of events) this.#say(textOf(event));
    if (nowMs - this.#saidMs >= KEEP_ALIVE_MS) this.#say(': keep-alive\n\n');
    return undefined;
  }

  /** As at the beginning: the same person or key, in the same organisation, with a role that may. */
  async #mayRead(): Promise<boolean> {
    const { endpoint, from, operator } = this.#asked;
    const now = await stillOperator(this.#context.people, from);
    if (now === undefined || authorize(endpoint, now, from.remote) !== undefined) return false;
    return now.organization.id === operator.organization.id && now.person.id === operator.person.id;
  }

  #say(text: string): void {
    this.#saidMs = this.#context.clock.monotonicMs();
    this.#controller.enqueue(this.#encoder.encode(text));
  }
}

function textOf({ data, id, name }: StreamedEvent): string {
  const place = id === undefined ? '' : `id: ${id}\n`;
  return `event: ${name}\n${place}data: ${JSON.stringify(data)}\n\n`;
}
