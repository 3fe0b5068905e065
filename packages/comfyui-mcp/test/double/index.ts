/**
 * A test double of ComfyUI: its HTTP and WebSocket API, its queue and its mistakes, without torch and without pixels.
 * May write real PNG files of one colour into folders of its own; may not know anything of MCP or of the server that
 * is tested with it. Where it differs from ComfyUI on purpose, the function that does says so.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Calls } from './calls.ts';
import { type Age, Comfy } from './comfy.ts';
import type { Folders } from './folders.ts';
import type { HeldNode } from './gate.ts';
import { type Fault, Listener } from './listener.ts';
import type { HistoryEntry } from './queue.ts';

export type { Age } from './comfy.ts';

export const AGES = ['global_interrupt', 'targeted_interrupt', 'jobs_api'] as const satisfies readonly Age[];

export type DoubleOptions = {
  /** `jobs_api` when it is left out. */
  readonly age?: Age;
  /** Model files by folder, as `{ checkpoints: ['a.safetensors'] }`; without them there are none. */
  readonly models?: Readonly<Record<string, readonly string[]>>;
  /** How long every node takes, for use by hand; tests say `hold` and `step`. */
  readonly nodeMs?: number;
  /** A free port when it is left out. */
  readonly port?: number;
  /** The installation; a temporary folder, removed at the end, when it is left out. */
  readonly base?: string;
};

export type Double = AsyncDisposable & {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly age: Age;
  readonly calls: Calls;
  readonly folders: Folders;
  /** From now on every node stops in the middle of its work. */
  readonly hold: () => void;
  /** Waits until a node stands there. */
  readonly held: () => Promise<HeldNode>;
  /** Lets the node that stands there end. */
  readonly step: () => void;
  /** Lets everything run. */
  readonly release: () => void;
  /** Waits until a job is in the history. */
  readonly ended: (promptId: string) => Promise<HistoryEntry>;
  /** Waits until nothing runs and nothing waits. */
  readonly idle: () => Promise<void>;
  /** Waits until a route was called this often, since the start or the last `calls.clear()`. */
  readonly called: (route: string, times?: number) => Promise<void>;
  /** Breaks one route (`POST /queue`), or all; `refuse` is for all. */
  readonly fail: (fault: Fault, route?: string) => Promise<void>;
  /** Ends all faults. */
  readonly mend: () => Promise<void>;
};

export async function startDouble(options: DoubleOptions = {}): Promise<Double> {
  const { age = 'jobs_api', models = {}, nodeMs = 0, port = 0 } = options;
  const base = options.base ?? (await mkdtemp(join(tmpdir(), 'comfyui-double-')));
  const comfy = new Comfy({ age, base, models, nodeMs });
  const { changes, gate, queue } = comfy;
  const calls = new Calls(changes);
  const listener = new Listener(comfy, calls, port);
  await listener.open();
  return {
    url: listener.url,
    age,
    calls,
    folders: comfy.folders,
    hold: () => gate.hold(),
    held: () => changes.until(() => gate.held),
    step: () => gate.step(),
    release: () => gate.release(),
    ended: (promptId) => changes.until(() => queue.history.get(promptId)),
    idle: async () => void (await changes.until(() => (queue.remaining === 0 ? true : undefined))),
    called: async (route, times = 1) =>
      void (await changes.until(() => (calls.count(route) >= times ? true : undefined))),
    fail: (fault, route) => listener.fail(fault, route),
    mend: () => listener.mend(),
    [Symbol.asyncDispose]: async () => {
      await listener.close();
      comfy.sockets.close();
      queue.wipe();
      gate.release();
      await changes.until(() => (queue.running === undefined ? true : undefined));
      if (options.base === undefined) await rm(base, { recursive: true, force: true });
    },
  };
}
