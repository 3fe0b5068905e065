// Runs mutants in a worker that stays warm, and starts another one where a mutant never ends or breaks it.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url));
/** Megabytes after which a mutant that fills the memory is ended. */
const HEAP_MB = 1_500;
/** Properties need few tries to notice a mutant, and the same ones each time. */
const PROPERTIES = { BOOMGATE_RUNS: '0.05', BOOMGATE_SEED: '1', BOOMGATE_SHRINK: '0' };

export class Runner {
  #options;
  #worker;

  /** `node`: the program; `root`: the copy of the repository whose tests are run. */
  constructor(options) {
    this.#options = options;
  }

  /** `{ killedBy, ms }`: the test that failed, `time` or `crash`; `killedBy` is undefined where every test passed. */
  async run(task, patienceMs) {
    this.#worker ??= await this.#start();
    const worker = this.#worker;
    const startedAt = performance.now();
    const { promise, resolve } = Promise.withResolvers();
    const timer = setTimeout(resolve, patienceMs, { killedBy: 'time' });
    worker.once('message', resolve).once('exit', () => resolve({ killedBy: 'crash' }));
    worker.send(task);
    const { killedBy } = await promise;
    clearTimeout(timer);
    worker.removeAllListeners();
    if (killedBy === 'time' || killedBy === 'crash') this.stop();
    return { killedBy, ms: performance.now() - startedAt };
  }

  stop() {
    this.#worker?.kill('SIGKILL');
    this.#worker = undefined;
  }

  #start() {
    const { node, root } = this.#options;
    const worker = fork(WORKER, [root], {
      cwd: root,
      execPath: node,
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
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
}
