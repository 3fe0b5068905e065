import { afterEach, describe, expect, it } from 'vitest';
import { AGES, type Age } from './double/index.ts';
import { submit } from './support/comfy-client.ts';
import {
  cancelRunning,
  idsInQueue,
  interrupts,
  running,
  STOPS,
  strangersJob,
  submitted,
} from './support/jobs.ts';
import { type Rig, startRig } from './support/rig.ts';
import { picture } from './support/workflows.ts';

/** comfy_cancel_generation ends the right job and no other, and says what it did and found. */
let rig: Rig;
async function start(age: Age): Promise<void> {
  rig = await startRig({ age });
}
afterEach(() => rig[Symbol.asyncDispose]());

const METHODS = {
  global_interrupt: 'global_interrupt',
  targeted_interrupt: 'targeted_interrupt',
  jobs_api: 'jobs_api',
} as const satisfies Record<Age, string>;

const endOf = async (id: string) => (await rig.double.ended(id)).status;

describe.each(AGES)('on a server of the age %s', (age) => {
  it('a running job is interrupted, and the one behind it runs', async () => {
    await start(age);
    const first = await running(rig);
    const second = await submitted(rig, picture());
    const { data } = await cancelRunning(rig, { prompt_id: first });
    expect(data).toMatchObject({
      cancelled: true,
      prompt_id: first,
      found: 'running',
      action: 'interrupted',
      method: METHODS[age],
    });
    rig.double.release();
    expect((await endOf(first)).messages.at(-1)?.[0]).toBe('execution_interrupted');
    expect((await endOf(second)).status_str).toBe('success');
  });

  it('without an id, the job that runs is interrupted and named', async () => {
    await start(age);
    const first = await running(rig);
    const { data } = await cancelRunning(rig, {});
    expect(data).toMatchObject({ cancelled: true, prompt_id: first, action: 'interrupted' });
  });

  it('a waiting job is called removed, whatever became of an earlier one that had its id', async () => {
    await start(age);
    const id = await submitted(rig, picture());
    expect((await endOf(id)).status_str).toBe('success');
    const first = await running(rig);
    await submit(rig.double.url, picture(), { prompt_id: id });
    const { data } = await rig.call('comfy_cancel_generation', { prompt_id: id });
    expect(data).toMatchObject({ cancelled: true, found: 'pending', action: 'removed_from_queue' });
    expect(await idsInQueue(rig)).toEqual({ running: [first], pending: [] });
    rig.double.release();
  });

  it('delete_from_queue: false leaves a running job no protection', async () => {
    await start(age);
    const first = await running(rig);
    const { data } = await cancelRunning(rig, { prompt_id: first, delete_from_queue: false });
    expect(data).toMatchObject({ cancelled: true, action: 'interrupted' });
  });

  it('a job that ends by itself before it notices is not called cancelled', async () => {
    await start(age);
    rig.double.hold();
    const only = await submitted(rig, picture());
    await rig.double.held();
    rig.double.step();
    expect((await rig.double.held()).nodeId).toBe('2');
    // The last node of a job looks for no interrupt after it.
    const { data } = await cancelRunning(rig, { prompt_id: only });
    expect(data).toMatchObject({ cancelled: false, found: 'running', action: 'none' });
    expect((await endOf(only)).status_str).toBe('success');
  });

  it('two cancels of one job are one interrupt', async () => {
    await start(age);
    const first = await running(rig);
    await cancelRunning(rig, { prompt_id: first });
    const again = await rig.call('comfy_cancel_generation', { prompt_id: first });
    expect(again.data).toMatchObject({ cancelled: false, found: 'finished' });
    expect(again.data.reason).toContain('interrupted');
    expect(interrupts(rig.double)).toBe(1);
  });

  it('an id that would be a path is refused before ComfyUI hears of it', async () => {
    await start(age);
    for (const prompt_id of ['..', '../queue', 'a/../../b', '%2e%2e', ''])
      expect(await rig.call('comfy_cancel_generation', { prompt_id })).toMatchObject({ isError: true });
    expect(rig.double.calls.count()).toBe(0);
  });
});

describe('on a server that interrupts whatever runs', () => {
  it.each([true, false])('a running job is left alone while a stranger waits (named: %s)', async (named) => {
    await start('global_interrupt');
    const first = await running(rig);
    const stranger = await strangersJob(rig.double);
    const { data } = await rig.call('comfy_cancel_generation', named ? { prompt_id: first } : {});
    expect(data).toMatchObject({ cancelled: false, found: 'running', action: 'none', method: 'none' });
    expect(data.reason).toContain('too old');
    expect(rig.double.calls.count(STOPS.global_interrupt)).toBe(0);
    expect(await idsInQueue(rig)).toEqual({ running: [first], pending: [stranger] });
  });
});

it.each(['targeted_interrupt', 'jobs_api'] as const)('a server of the age %s is asked by id', async (age) => {
  await start(age);
  const first = await running(rig);
  await strangersJob(rig.double);
  await cancelRunning(rig, { prompt_id: first });
  const [asked] = rig.double.calls.all.filter(({ route }) => route === STOPS[age]);
  expect(`${asked?.path} ${asked?.body}`).toContain(first);
});

it('a node that computes on is not waited for: the answer says that the interrupt is set', async () => {
  await start('jobs_api');
  const first = await running(rig);
  const { data } = await rig.call('comfy_cancel_generation', { prompt_id: first });
  expect(data).toMatchObject({ cancelled: true, found: 'running', action: 'interrupt_requested' });
  rig.double.release();
  expect((await endOf(first)).messages.at(-1)?.[0]).toBe('execution_interrupted');
});
