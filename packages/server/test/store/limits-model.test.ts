import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  arbitraryDemands,
  arbitraryFate,
  arbitraryPassing,
  DAY_MS,
  type Demand,
  type Fate,
  Model,
  printDemands,
  STARTS_MS,
} from '../../../engine/test/limits-model.ts';
import { seeded, times } from '../../../engine/test/runs.ts';
import type { Clock } from '../../src/limits/index.ts';
import { admit, RESULT } from '../../src/store/conformance/index.ts';
import type { Admission, Store } from '../../src/store/contract.ts';
import { openSqliteStore } from '../../src/store/index.ts';
import { makeDataDirectory } from '../../src/store/sqlite/fixtures.ts';

const HISTORIES = times(75);

/** The clock of a machine that boots, and whose wall clock someone sets. */
class Machine implements Clock {
  bootId = 'boot 1';
  trueMs = STARTS_MS;
  wallOffMs = 0;
  #bootedMs = STARTS_MS - 1_000;

  wallMs(): number {
    return this.trueMs + this.wallOffMs;
  }
  monotonicMs(): number {
    return this.trueMs - this.#bootedMs;
  }
  boot(wallOffMs: number): void {
    this.bootId += ', again';
    this.#bootedMs = this.trueMs;
    this.wallOffMs = wallOffMs;
  }
}

/** What the model keeps beside reservations: the time that limits go by, and when it was last written. */
type Expected = {
  readonly model: Model;
  readonly trueMs: Map<number, number>;
  ledgerMs: number;
  writtenMs: number | undefined;
  /** Of the boot of the machine in which that was. */
  writtenIn: string;
  /** The ledger's time was once set forward, because the machine booted after its clock was slow. */
  hasJumped: boolean;
};

class Gateway {
  readonly root: string;
  readonly machine = new Machine();
  readonly open = new Map<number, Admission>();
  readonly #stores: Store[] = [];
  #lives = 0;

  constructor(root: string) {
    this.root = mkdtempSync(join(root, 'history-'));
  }

  get store(): Store {
    const store = this.#stores.at(-1);
    if (store === undefined) throw new Error('expected a store that is open');
    return store;
  }

  async start(): Promise<this> {
    this.open.clear();
    if (!existsSync(this.#directory())) await makeDataDirectory(this.#directory());
    this.#stores.push(
      await openSqliteStore({ directory: this.#directory(), clock: this.machine, onWarning: () => {} }),
    );
    return this;
  }

  /** The files as they are at this moment are all that the next process finds; what this one still does reaches none of them. */
  kill(): void {
    const left = this.#directory();
    this.#lives += 1;
    cpSync(left, this.#directory(), { recursive: true });
  }

  async stop(): Promise<void> {
    for (const store of this.#stores.splice(0)) await store[Symbol.asyncDispose]();
  }

  #directory(): string {
    return join(this.root, `life-${this.#lives}`);
  }
}

class Event implements fc.AsyncCommand<Expected, Gateway> {
  readonly #name: string;
  readonly #happen: (expected: Expected, gateway: Gateway) => Promise<void>;
  constructor(name: string, happen: (expected: Expected, gateway: Gateway) => Promise<void>) {
    this.#name = name;
    this.#happen = happen;
  }
  check(): boolean {
    return true;
  }
  run(expected: Expected, gateway: Gateway): Promise<void> {
    return this.#happen(expected, gateway);
  }
  toString(): string {
    return this.#name;
  }
}

const isWindow = ({ kind }: Demand) => kind === 'window';

function wrote(expected: Expected, { machine }: Gateway): void {
  expected.writtenMs = expected.ledgerMs;
  expected.writtenIn = machine.bootId;
}

/** Calls that arrive together are taken in their order. */
const calls = (batch: readonly (readonly Demand[])[]) =>
  new Event(`calls ${batch.map(printDemands).join(' | ')}`, async (expected, gateway) => {
    const admissions = await Promise.all(batch.map((demands) => admit(gateway.store, ...demands)));
    for (const [index, demands] of batch.entries()) {
      const admission = admissions[index];
      const said = expected.model.reserve(demands, expected.ledgerMs);
      const before = said.before.map((used, at) => used / (isWindow(demands[at] as Demand) ? 1_000_000 : 1)); // as many as demands
      expect({ ok: admission?.result.ok, before: admission?.result.usage.map((one) => one.before) }).toEqual({
        ok: said.ok,
        before,
      });
      if (!said.ok || admission === undefined) continue;
      gateway.open.set(said.call, admission);
      expected.trueMs.set(said.call, gateway.machine.trueMs);
      if (demands.some(isWindow)) wrote(expected, gateway);
    }
  });

const settle = ([which, fate]: readonly [number, Fate]) =>
  new Event(`settle ${which} ${fate}`, async (expected, gateway) => {
    const [call, admission] = [...gateway.open][which % Math.max(1, gateway.open.size)] ?? [];
    if (call === undefined || admission === undefined) return;
    gateway.open.delete(call);
    gateway.store.journal.settle(admission, fate, RESULT);
    await gateway.store.journal.flush();
    const took = expected.model.reserved.some((one) => one.call === call && isWindow(one.demand));
    if (fate === 'given_back' && took) wrote(expected, gateway);
    expected.model.settle(call, fate);
  });

const pass = (ms: number) =>
  new Event(`pass ${ms}`, async (expected, { machine }) => {
    machine.trueMs += ms;
    expected.ledgerMs += ms;
  });

const stepWall = (ms: number) =>
  new Event(`step the wall clock by ${ms}`, async (_expected, { machine }) => {
    machine.wallOffMs += ms;
  });

async function startAgain(expected: Expected, gateway: Gateway): Promise<void> {
  expected.model.restart(() => undefined);
  // Where this boot of the machine wrote nothing there is only the wall clock to go by, and what was written before.
  const { machine } = gateway;
  if (expected.writtenIn !== machine.bootId) {
    const before = expected.ledgerMs;
    expected.ledgerMs = Math.max(machine.wallMs(), expected.writtenMs ?? 0);
    if (expected.ledgerMs > before) expected.hasJumped = true;
  }
  await gateway.start();
}

const restart = new Event('restart', async (expected, gateway) => {
  await gateway.stop();
  await startAgain(expected, gateway);
});

const boot = (wallOffMs: number) =>
  new Event(`boot with a clock that is ${wallOffMs} off`, async (expected, gateway) => {
    await gateway.stop();
    gateway.machine.boot(wallOffMs);
    await startAgain(expected, gateway);
  });

/** What was not yet written is lost: an outcome that waits leaves its reservation kept, a call that waits was never admitted. */
const kill = (waiting: readonly Demand[]) =>
  new Event(`kill while ${printDemands(waiting)} waits`, async (expected, gateway) => {
    for (const admission of gateway.open.values())
      gateway.store.journal.settle(admission, 'given_back', RESULT);
    const unanswered = admit(gateway.store, ...waiting);
    gateway.kill();
    await unanswered;
    await gateway.stop();
    await startAgain(expected, gateway);
  });

const events = fc.commands(
  [
    fc.array(arbitraryDemands, { minLength: 1, maxLength: 4 }).map(calls),
    fc.array(arbitraryDemands, { minLength: 1, maxLength: 4 }).map(calls),
    fc.array(arbitraryDemands, { minLength: 1, maxLength: 4 }).map(calls),
    fc.tuple(fc.nat(9), arbitraryFate).map(settle),
    arbitraryPassing.map(pass),
    fc.constantFrom(DAY_MS, -DAY_MS).map(stepWall),
    fc.oneof(fc.constant(restart), arbitraryDemands.map(kill), fc.constantFrom(0, -DAY_MS).map(boot)),
  ],
  { maxCommands: 30, size: 'max' },
);

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'boomgate-model-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

it(`every one of ${HISTORIES} histories of calls, restarts, kills and clock steps agrees with counting them all anew`, {
  timeout: 600_000,
}, async () => {
  let reservations = 0;
  await fc.assert(
    fc.asyncProperty(events, async (history) => {
      const gateway = await new Gateway(root).start();
      const model = new Model();
      const expected: Expected = {
        model,
        trueMs: new Map(),
        ledgerMs: STARTS_MS,
        writtenMs: undefined,
        writtenIn: '',
        hasJumped: false,
      };
      try {
        await fc.asyncModelRun(() => ({ model: expected, real: gateway }), history);
        expect(model.violations()).toEqual([]);
        // Whatever the wall clock did meanwhile: in true time, too, no stretch admitted more.
        if (!expected.hasJumped)
          expect(model.rollingViolations(({ call }) => expected.trueMs.get(call) ?? 0)).toEqual([]);
      } finally {
        await gateway.stop();
        rmSync(gateway.root, { recursive: true, force: true });
      }
      reservations += model.reserved.length;
    }),
    seeded(HISTORIES),
  );
  console.log(`${reservations} reservations in ${HISTORIES} histories`);
});
