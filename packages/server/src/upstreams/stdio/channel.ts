import { BACKOFF_PATIENCE_MS, DRAIN_MS } from '../bounds.ts';
import type { Caller } from '../capabilities.ts';
import { type Channel, type ChannelStatus, type Flow, untilAborted } from '../channel.ts';
import { delay } from '../clock.ts';
import type { Era, Timeouts, UpstreamDescription, UpstreamRequest, Watched } from '../contract.ts';
import { shakeHands } from '../conversation/handshake.ts';
import { CANCELLED, type Failing, failing, type Outcome } from '../failures.ts';
import { SessionState } from '../legacy/session-state.ts';
import { GATEWAY, ownRequest } from '../own-request.ts';
import { afterEnd, noFailures, type RestartRecord } from './restart.ts';
import { type Running, type StdioOptions, startRunning } from './running.ts';

type Ready = {
  readonly kind: 'ready';
  readonly running: Running;
  readonly description: UpstreamDescription;
  readonly state: SessionState;
};

const closed = failing('stopped', 'the connection was closed by the gateway', { acted: 'no' });
/** A server over stdio: one process, started at the first use and again, with patience, after it ended. */
export function openStdio(era: Era, timeouts: Timeouts, options: StdioOptions): Channel {
  return new StdioChannel(era, timeouts, options);
}

class StdioChannel implements Channel {
  readonly era: Era;
  readonly #timeouts: Timeouts;
  readonly #options: StdioOptions;
  #record: RestartRecord = noFailures;
  #lastFailure: Failing | undefined;
  #ready: Ready | undefined;
  #starting: Promise<Ready | Failing> | undefined;
  #running: Running | undefined;
  /** What it did not answer in time, if that was the last thing it was asked. */
  #silence: string | undefined;
  #disposed = false;

  constructor(era: Era, timeouts: Timeouts, options: StdioOptions) {
    this.era = era;
    this.#timeouts = timeouts;
    this.#options = options;
  }

  async send(request: UpstreamRequest, caller: Caller): Promise<Outcome> {
    const ready = this.#ready ?? (await untilAborted(this.#ensure(), request.signal, CANCELLED.unsent));
    if (ready.kind === 'failing') return ready;
    const raised = this.era === 'legacy' ? ready.state.wantLevel(request.logLevel) : undefined;
    if (raised !== undefined) await raised;
    const outcome = await ready.running.conversation.ask(request, caller, this.#timeouts.idleMs);
    this.#silence = outcome.kind === 'failing' && outcome.code === 'timed_out' ? outcome.detail : undefined;
    return outcome;
  }

  async listen(wanted: Watched): Promise<Flow | Failing> {
    const ready = this.#ready ?? (await this.#ensure());
    if (ready.kind === 'failing') return ready;
    const { conversation } = ready.running;
    if (this.era === 'modern') return conversation.listen(wanted, this.#timeouts.firstByteMs);
    return ready.state.listen(wanted);
  }

  async describe(): Promise<UpstreamDescription | Failing> {
    const ready = this.#ready ?? (await this.#ensure());
    return ready.kind === 'failing' ? ready : ready.description;
  }

  status(): ChannelStatus {
    const reason = this.#lastFailure?.detail;
    if (this.#record.stopped && reason !== undefined) return { state: 'stopped', reason };
    if (this.#ready !== undefined)
      return this.#silence === undefined ? { state: 'ready' } : { state: 'failing', reason: this.#silence };
    if (reason !== undefined) return { state: 'failing', reason };
    return { state: this.#starting === undefined ? 'idle' : 'starting' };
  }

  #ensure(): Promise<Ready | Failing> {
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #start(): Promise<Ready | Failing> {
    const { clock } = this.#options;
    const waitMs = this.#record.notBeforeMs - clock.now();
    const blocked = this.#blocked(waitMs);
    if (blocked !== undefined) return blocked;
    if (waitMs > 0) await delay(clock, waitMs);
    if (this.#disposed) return closed;
    const started = await startRunning(this.era, this.#options);
    if (started.kind === 'failing') return this.#ended(started);
    this.#running = started;
    // A connection that was closed meanwhile fails the handshake and leaves no process.
    if (this.#disposed) await started.child.stop();
    const { version, capabilities } = this.#options;
    const handshake = { version, capabilities, timeoutMs: this.#timeouts.firstByteMs };
    const description = await shakeHands(started.conversation, this.era, handshake);
    if ('kind' in description) {
      started.child.kill('was killed because it did not answer the handshake');
      await started.child.exited;
      const code = description.code === 'broken' ? 'not_started' : description.code;
      return this.#ended({ ...description, code }, clock.now() - started.startedAtMs);
    }
    const ready = this.#readyWith(started, description);
    this.#ready = ready;
    this.#lastFailure = undefined;
    this.#silence = undefined;
    void started.child.exited.then((how) => this.#onExit(ready, how));
    return ready;
  }

  #readyWith(running: Running, description: UpstreamDescription): Ready {
    const { idleMs } = this.#timeouts;
    const state = new SessionState({
      capabilities: description.capabilities,
      request: (method, params) => running.conversation.ask(ownRequest(method, params), GATEWAY, idleMs),
    });
    return { kind: 'ready', running, description, state };
  }

  /** Why nothing may start now; a short backoff is waited out instead. */
  #blocked(waitMs: number): Failing | undefined {
    if (this.#disposed) return closed;
    const last = this.#lastFailure;
    if (this.#record.stopped)
      return failing('stopped', last?.detail ?? 'stopped after failures', { acted: 'no' });
    if (waitMs <= BACKOFF_PATIENCE_MS) return undefined;
    const code = last?.code === 'command_not_found' ? 'command_not_found' : 'not_started';
    return failing(code, `${last?.detail ?? 'failed'}; starts again in ${Math.ceil(waitMs / 1_000)} s`, {
      acted: 'no',
    });
  }

  #onExit(ready: Ready, how: string): void {
    if (this.#ready === ready) this.#ready = undefined;
    ready.state.end();
    const livedMs = this.#options.clock.now() - ready.running.startedAtMs;
    if (!this.#disposed) this.#ended(failing('not_started', `the process ${how}`, { acted: 'no' }), livedMs);
  }

  /** Remembers a failure, tells the operator and gives it back. */
  #ended(failure: Failing, livedMs?: number): Failing {
    const nowMs = this.#options.clock.now();
    this.#running = undefined;
    this.#record = afterEnd(this.#record, livedMs === undefined ? { nowMs } : { nowMs, livedMs });
    const detail = this.#record.stopped
      ? `${failure.detail}; stopped after ${this.#record.fastFailures} fast failures in a row: correct its settings, or restart it`
      : failure.detail;
    this.#lastFailure = { ...failure, detail };
    this.#options.log(detail);
    return failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const running = this.#running;
    if (running !== undefined) {
      await drained(running, this.#options);
      await running.child.stop();
    }
    await this.#starting;
  }
}

const DRAIN_STEP_MS = 20;

/** Lets open requests finish, for a short time. */
async function drained({ conversation }: Running, { clock }: StdioOptions): Promise<void> {
  const deadline = clock.now() + DRAIN_MS;
  while (conversation.open > 0 && clock.now() < deadline) await delay(clock, DRAIN_STEP_MS);
}
