import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENDPOINTS } from '@boomgate/contract';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openPeopleContext } from '../../identity/index.ts';
import { KEPT_ANSWER_MS } from '../../limits/index.ts';
import { TestClock } from '../../store/conformance/index.ts';
import { openSqliteStore, type Store } from '../../store/index.ts';
import { done, refuse } from './handler.ts';
import { answerOnce } from './idempotency.ts';

type Asked = Parameters<typeof answerOnce>[0];
type Result = Awaited<ReturnType<typeof answerOnce>>;

let directory: string;
let store: Store;
let clock: TestClock;
let frame: Asked['frame'];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'boomgate-once-'));
  clock = new TestClock();
  store = await openSqliteStore({ directory, clock });
  const context = { store, people: openPeopleContext(store, clock) };
  // A cast: of the context only these two are looked at.
  frame = { context } as unknown as Asked['frame'];
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

function create(handle: () => Promise<Result>, body = '{}', person = 'ann'): Promise<Result> {
  const asked = {
    frame,
    operator: { kind: 'person', person: { id: person }, organization: { id: 'default' } },
    from: { idempotencyKey: 'key' },
    read: { ok: true, input: {}, bytes: Buffer.from(body) },
  };
  // A cast: of the request only these parts are looked at.
  return answerOnce(asked as unknown as Asked, ENDPOINTS.organizations.create, handle);
}

it('refuses the second of two at once, and then gives the answer of the first', async () => {
  let finish: (result: Result) => void = () => undefined;
  const first = create(() => new Promise((resolve) => (finish = resolve)));
  expect(await create(async () => done('second'))).toEqual(refuse('idempotency_in_progress'));
  expect(await create(async () => done('of Bob'), '{}', 'bob')).toEqual(done('of Bob'));
  finish(done('first'));
  expect(await first).toEqual(done('first'));
  expect(await create(async () => done('third'))).toEqual(done('first'));
  expect(await create(async () => done('other'), '{"a":1}')).toEqual(refuse('idempotency_conflict'));
});

it('tries again what was refused or failed, and what was long ago', async () => {
  expect(await create(async () => refuse('forbidden'))).toEqual(refuse('forbidden'));
  await expect(create(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await create(async () => done('made'))).toEqual(done('made'));
  clock.pass(KEPT_ANSWER_MS - 1);
  expect(await create(async () => done('again'))).toEqual(done('made'));
  clock.pass(1);
  expect(await create(async () => done('again'))).toEqual(done('again'));
});
