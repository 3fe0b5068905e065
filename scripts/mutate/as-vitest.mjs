// What test files import as `vitest` while mutants are tried: its `expect`, and tests that are only listed until somebody
// runs them. Of the rest there is as much as the tests of the mutated modules use.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { format } from 'node:util';
import { expect as vitestExpect } from 'vitest';

/** Milliseconds that a condition may take to come true: most of the time it is a mutant that it never does. */
const POLL_MS = 1_000;

/** That of vitest, whose own `poll` asks for a test that vitest runs. */
export const expect = Object.assign((...of) => vitestExpect(...of), vitestExpect, { poll });

function poll(look) {
  const holdsIn =
    (matcher) =>
    async (...of) => {
      const endsAtMs = performance.now() + POLL_MS;
      for (;;) {
        try {
          return vitestExpect(await look())[matcher](...of);
        } catch (error) {
          if (performance.now() > endsAtMs) throw error;
        }
        await nextTurn();
      }
    };
  return new Proxy({}, { get: (_, matcher) => holdsIn(matcher) });
}

/** What a `describe` encloses: its name, what it is within, and what runs before and after each of its tests. */
const suite = (name, within) => ({ name, within, before: [], after: [] });
let current;
let tests;

/** The tests of a file, which `load` imports: `{ name, run }`, where `run` rejects when the test fails. */
export async function collect(load) {
  current = suite('');
  tests = [];
  await load();
  return tests;
}

export const describe = withTable((name, action) => {
  const outer = current;
  current = suite(name, outer);
  action();
  current = outer;
});

export const it = withTable((name, ...rest) => {
  const within = current;
  const action = rest.find((one) => typeof one === 'function');
  tests.push({ name: [within.name, name].filter(Boolean).join(' > '), run: () => runWithin(within, action) });
});

export const beforeEach = (hook) => current.before.push(hook);
export const afterEach = (hook) => current.after.push(hook);

async function runWithin(within, action) {
  const suites = [];
  for (let one = within; one !== undefined; one = one.within) suites.unshift(one);
  try {
    for (const { before } of suites) for (const hook of before) await hook();
    await action();
  } finally {
    for (const { after } of suites.toReversed()) for (const hook of after) await hook();
  }
}

/** Adds `each`: one call for every row of a table, whose values are the arguments of the function. */
function withTable(declare) {
  const each =
    (rows) =>
    (name, ...rest) => {
      for (const row of rows) {
        const values = Array.isArray(row) ? row : [row];
        const bound = rest.map((one) => (typeof one === 'function' ? () => one(...values) : one));
        declare(titleOf(name, values), ...bound);
      }
    };
  return Object.assign(declare, { each });
}

function titleOf(name, values) {
  const named = name.replace(/\$(\w+)/g, (text, key) => String(values[0]?.[key] ?? text));
  return format(named, ...values.slice(0, named.match(/%[a-z]/g)?.length ?? 0));
}
