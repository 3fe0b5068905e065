import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Answers, Line } from '../store/index.ts';
import type { WorkerAsks, WorkerNews } from './asks.ts';
import { NEWS_MS } from './bounds.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Sent with each connection. */
export const CONNECTION = 'connection';

export type MemberOptions = {
  readonly slot: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly answers: Answers<WorkerAsks>;
  /** Told once, after everything that it said was heard. */
  readonly onGone: (how: string) => void;
  readonly onFault: (error: unknown) => void;
};

/** One process that answers agents, as the one that started it sees it. */
export class Member {
  readonly slot: number;
  readonly startedMs = performance.now();
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;
  readonly #line: Line<WorkerNews, WorkerAsks>;
  /** When each piece of news was told that it has not confirmed; they are confirmed in order. */
  readonly #unheard: number[] = [];
  #isReady = false;

  constructor({ answers, environment, onFault, onGone, slot }: MemberOptions) {
    this.slot = slot;
    const child = fork(MAIN, [], {
      env: environment,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'json',
    });
    this.#child = child;
    this.#line = new Line({ answers, onFault, send: (message) => this.#send(message) });
    child.on('message', (message) => this.#line.take(message));
    // A channel that breaks is followed by the end of the process.
    child.on('error', () => undefined);
    this.gone = endOf(child).then((how) => {
      this.#isReady = false;
      this.#line.close();
      onGone(how);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  ready(): void {
    this.#isReady = true;
  }

  /**
   * Resolves when the process goes by it, or is gone: one that cannot take what is in force does not go on with what was. Nothing
   * that it asks afterwards is from before.
   */
  async tell<Name extends keyof WorkerNews>(name: Name, body: WorkerNews[Name]['body']): Promise<void> {
    this.#unheard.push(performance.now());
    await this.#line.ask(name, body).then(
      () => void this.#unheard.shift(),
      () => this.end(),
    );
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
    this.#child.send(CONNECTION, connection, { keepOpen: false }, (error) => {
      if (error) connection.destroy();
    });
    return true;
  }

  /** It has stopped, and may go. */
  release(): void {
    this.#isReady = false;
    if (this.#child.connected) this.#child.disconnect();
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }

  #send(message: unknown): void {
    // A cast: what a line sends is an array.
    if (this.#child.connected) this.#child.send(message as object, () => undefined);
  }
}

/** After its last message and its end, or when it could not be started. */
function endOf(child: ChildProcess): Promise<string> {
  const closed = new Promise<void>((resolve) => child.once('disconnect', resolve));
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      void closed.then(() => resolve(signal ?? `exit code ${code}`));
    });
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
  });
}
