// Tries mutants in a worker that stays warm, and starts another one where a mutant never ends or breaks it.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url));
/** Megabytes after which a mutant that fills the memory is ended. */
const HEAP_MB = 1_500;
/** Bytes after which a worker makes room for another: modules that were imported stay in memory for good. */
const MEMORY_MAX = 900e6;
/** Properties need few tries to notice a mutant, and the same ones each time. */
const PROPERTIES = { BOOMGATE_RUNS: '0.02', BOOMGATE_SEED: '1', BOOMGATE_SHRINK: '0' };
/** A file whose tests take so many times as long as without a mutant, and some milliseconds more, never ends. */
const PATIENCE = 5;
const PATIENCE_MS = 1_000;
/** What ended a worker, or may come from the mutant before, is tried again: alone, and with so many times the patience. */
const MORE_PATIENCE = 4;
/** Milliseconds for the first time, when nothing is known and everything is loaded. */
const FIRST_MS = 120_000;

export class Runner {
  #worker;
  #round = 0;

  /** The first test that fails with a mutant, `time` or `crash`; undefined where it lives. `files`: `{ file, ms }`. */
  async killerOf(mutant, files) {
    this.#round += 1;
    for (const { file, ms } of files) {
      const task = { ...mutant, file };
      const patienceMs = ms * PATIENCE + PATIENCE_MS;
      let { killedBy, isSure } = await this.#try(task, patienceMs);
      if (!isSure) {
        this.stop();
        ({ killedBy } = await this.#try(task, patienceMs * MORE_PATIENCE));
        this.stop();
      }
      if (killedBy !== undefined) return killedBy;
    }
    return undefined;
  }

  /** `{ file, ms, tests }`: how long a file takes with nothing changed, and how many tests it has. */
  async measure(unchanged, file) {
    let ms = 0;
    let tests = 0;
    // The second time is what the other mutants will need: everything is loaded.
    for (let time = 0; time < 2; time += 1) {
      this.#round += 1;
      const found = await this.#try({ ...unchanged, file }, FIRST_MS);
      if (found.killedBy !== undefined) throw new Error(`${file} fails without a mutant: ${found.killedBy}`);
      ({ ms, tests } = found);
    }
    return { file, ms, tests };
  }

  /** A new worker loads what the file needs first, with nothing changed, so that its slowness is no mutant's. */
  async #try(task, patienceMs) {
    if (this.#worker === undefined) {
      this.#worker = await start();
      await this.#ask({ ...task, url: '', text: '', round: 0 }, FIRST_MS);
    }
    return this.#ask({ ...task, round: this.#round }, patienceMs);
  }

  async #ask(task, patienceMs) {
    const worker = this.#worker;
    const { promise, resolve } = Promise.withResolvers();
    const timer = setTimeout(resolve, patienceMs, { killedBy: 'time' });
    worker.once('message', resolve).once('exit', () => resolve({ killedBy: 'crash' }));
    worker.send(task);
    const answer = await promise;
    clearTimeout(timer);
    worker.removeAllListeners();
    if (answer.fault) throw new Error(`${task.url}: this mutant is no program: ${answer.fault}`);
    const hasEnded = answer.memory === undefined;
    if (hasEnded || answer.memory > MEMORY_MAX) this.stop();
    return { ...answer, isSure: !hasEnded && !answer.isStray };
  }

  stop() {
    this.#worker?.kill('SIGKILL');
    this.#worker = undefined;
  }
}

function start() {
  const worker = fork(WORKER, {
    execArgv: [`--max-old-space-size=${HEAP_MB}`, '--no-warnings'],
    env: { ...process.env, ...PROPERTIES },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    worker.once('message', () => {
      worker.removeAllListeners();
      resolve(worker);
    });
    worker.once('exit', (code) => reject(new Error(`the test worker ended with ${code} before it began`)));
  });
}
