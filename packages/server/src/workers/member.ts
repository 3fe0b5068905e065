import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Answers, Line } from '../store/index.ts';
import type { WorkerAsks, WorkerNews } from './asks.ts';
import { NEWS_MS } from './bounds.ts';
import { Standstill } from './standstill.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Sent with each connection: its number, by which the process says that it has it. */
export type Handed = { readonly connection: number };

type MemberOptions = {
  readonly slot: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly answers: Answers<Omit<WorkerAsks, 'has'>>;
  /** Milliseconds for which what it is told may have been so already. */
  readonly ageMs: () => number;
  /** Told once, after everything that it said was heard. */
  readonly onGone: (how: string) => void;
  readonly onFault: (error: unknown) => void;
};

/** One process that answers agents, as the one that started it sees it. */
export class Member {
  readonly slot: number;
  readonly startedMs = performance.now();
  readonly gone: Promise<void>;
  readonly #ageMs: () => number;
  readonly #child: ChildProcess;
  readonly #line: Line<WorkerNews, WorkerAsks>;
  /** Since when each piece of news may be so that it was told and has not confirmed; they are confirmed in order. */
  readonly #unheard: number[] = [];
  /**
   * Connections that it was sent and has not said to have, by number. They are open here too: what Node holds of them when the process
   * dies, it neither sends nor closes.
   */
  readonly #handed = new Map<number, Socket>();
  readonly #standstill = new Standstill(() => this.#line.ask('there', null));
  #lastHanded = 0;
  #isReady = false;

  constructor({ ageMs, answers, environment, onFault, onGone, slot }: MemberOptions) {
    this.slot = slot;
    this.#ageMs = ageMs;
    const child = fork(MAIN, [], {
      env: environment,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'json',
    });
    this.#child = child;
    const all: Answers<WorkerAsks> = { ...answers, has: (number) => this.#letGo(number) };
    this.#line = new Line({ answers: all, onFault, send: (message) => this.#send(message) });
    child.on('message', (message) => this.#line.take(message));
    // A channel that breaks is followed by the end of the process.
    child.on('error', () => undefined);
    this.gone = endOf(child).then((how) => {
      this.#isReady = false;
      this.#line.close(`the process is gone: ${how}`);
      for (const number of this.#handed.keys()) this.#letGo(number);
      onGone(how);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** False while it owes an answer to whoever looked whether it stands still. */
  get isAnswering(): boolean {
    return !this.#standstill.isOverdue;
  }

  ready(): void {
    this.#isReady = true;
  }

  /**
   * What calls are decided by. Resolves when the process goes by it, or is gone: one that cannot take what is in force does not go on with
   * what was. Nothing that it asks afterwards is from before.
   */
  async tell<Name extends keyof WorkerNews>(name: Name, body: WorkerNews[Name]['body']): Promise<void> {
    this.#unheard.push(performance.now() - this.#ageMs());
    if (await this.#isHeard(name, body)) this.#unheard.shift();
  }

  /** The same of what decides no call: it goes on meanwhile. */
  async inform<Name extends keyof WorkerNews>(name: Name, body: WorkerNews[Name]['body']): Promise<void> {
    await this.#isHeard(name, body);
  }

  /** Like `tell`, but for what fails. */
  ask<Name extends keyof WorkerNews>(
    name: Name,
    body: WorkerNews[Name]['body'],
  ): Promise<WorkerNews[Name]['answer']> {
    return this.#line.ask(name, body);
  }

  /** False while it may not know of a change for longer than it may. */
  get isCurrent(): boolean {
    const [oldest] = this.#unheard;
    return oldest === undefined || performance.now() - oldest < NEWS_MS;
  }

  take(connection: Socket): boolean {
    if (!this.#isReady || !this.#child.connected) return false;
    this.#lastHanded += 1;
    const number = this.#lastHanded;
    this.#handed.set(number, connection);
    this.#child.send({ connection: number } satisfies Handed, connection, { keepOpen: true }, (error) => {
      if (error) this.#letGo(number);
    });
    return true;
  }

  /** It has stopped, and may go. */
  release(): void {
    this.#isReady = false;
    if (this.#child.connected) this.#child.disconnect();
  }

  /** Ends a process that stands still, as nobody comes back from it; to be called every `STANDSTILL_LOOK_MS`. */
  look(): void {
    if (this.#isReady && this.#standstill.look()) this.end();
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }

  /** Closes a connection here: the agent's end stays open as long as the process has it. */
  #letGo(number: number): null {
    this.#handed.get(number)?.destroy();
    this.#handed.delete(number);
    return null;
  }

  /** Ends a process that cannot take it; what it still asks then is from before. */
  #isHeard<Name extends keyof WorkerNews>(name: Name, body: WorkerNews[Name]['body']): Promise<boolean> {
    return this.#line.ask(name, body).then(
      () => true,
      () => {
        this.end();
        return false;
      },
    );
  }

  #send(message: unknown): void {
    // A cast: what a line sends is an array.
    if (this.#child.connected) this.#child.send(message as object, () => undefined);
  }
}

/** After its last message and its end, or when it could not be started. */
function endOf(child: ChildProcess): Promise<string> {
  // Of one that dies while a connection is on its way to it Node says nothing but that it is closed; of one that was released, nothing but
  // that it is disconnected.
  const closed = new Promise<void>((resolve) => {
    child.once('disconnect', resolve);
    child.once('close', () => resolve());
  });
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      void closed.then(() => resolve(signal ?? `exit code ${code}`));
    });
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
  });
}
