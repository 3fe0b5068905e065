import { DRAIN_MS } from '../bounds.ts';
import type { Caller } from '../capabilities.ts';
import { type Channel, type Flow, untilAborted } from '../channel.ts';
import { delay } from '../clock.ts';
import type { UpstreamDescription, UpstreamRequest, Watched } from '../contract.ts';
import { CANCELLED, type Failing, failing, type Outcome } from '../failures.ts';
import type { HttpChannelOptions } from '../http/options.ts';
import { connectSse, type SseConnection } from './connection.ts';

const closed = failing('stopped', 'the connection was closed by the gateway', { acted: 'no' });
/** A server of 2024-11-05 over HTTP+SSE: one stream, opened at the first use, and at the next use after it ended. */
export function openSse(options: HttpChannelOptions): Channel {
  return new SseChannel(options);
}

class SseChannel implements Channel {
  readonly era = 'legacy';
  readonly #options: HttpChannelOptions;
  #connection: SseConnection | undefined;
  #connecting: Promise<SseConnection | Failing> | undefined;
  #disposed = false;

  constructor(options: HttpChannelOptions) {
    this.#options = options;
  }

  async send(request: UpstreamRequest, caller: Caller): Promise<Outcome> {
    const connection =
      this.#connection ?? (await untilAborted(this.#ensure(), request.signal, CANCELLED.unsent));
    if (connection.kind === 'failing') return connection;
    const raised = connection.state.wantLevel(request.logLevel);
    if (raised !== undefined) await raised;
    return connection.conversation.ask(request, caller, this.#options.egress.timeouts.idleMs);
  }

  async listen(wanted: Watched): Promise<Flow | Failing> {
    const connection = this.#connection ?? (await this.#ensure());
    return connection.kind === 'failing' ? connection : connection.state.listen(wanted);
  }

  async describe(): Promise<UpstreamDescription | Failing> {
    const connection = this.#connection ?? (await this.#ensure());
    return connection.kind === 'failing' ? connection : connection.description;
  }

  #ensure(): Promise<SseConnection | Failing> {
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<SseConnection | Failing> {
    if (this.#disposed) return closed;
    const connection = await connectSse(this.#options);
    if (connection.kind === 'failing') return connection;
    if (this.#disposed) {
      connection.close();
      return closed;
    }
    this.#connection = connection;
    void connection.ended.then(() => {
      if (this.#connection === connection) this.#connection = undefined;
    });
    return connection;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const connection = this.#connection;
    if (connection !== undefined) {
      await drained(connection, this.#options);
      connection.close();
      await connection.ended;
    }
    await this.#connecting;
  }
}

const DRAIN_STEP_MS = 20;

/** Lets open requests finish, for a short time. */
async function drained({ conversation }: SseConnection, { clock }: HttpChannelOptions): Promise<void> {
  const deadline = clock.now() + DRAIN_MS;
  while (conversation.open > 0 && clock.now() < deadline) await delay(clock, DRAIN_STEP_MS);
}
