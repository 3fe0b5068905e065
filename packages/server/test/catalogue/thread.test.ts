import { describe, expect, it } from 'vitest';
import { WAITING } from '../../src/catalogue/bounds.ts';
import { Thread } from '../../src/catalogue/thread.ts';
import { StoreError } from '../../src/index.ts';

type Text = { readonly input: string; readonly output: string };
type Faults = {
  readonly echo: Text;
  readonly fail: Text;
  readonly throw: Text;
  readonly exit: Text;
  readonly never: Text;
};

const open = () => new Thread<Faults>(new URL('./fixtures/faulty-worker.mjs', import.meta.url), {});

describe('a thread', () => {
  it.each(['throw', 'exit'] as const)(
    'that falls over (%s) fails those that wait, and serves the next',
    async (how) => {
      await using thread = open();
      const waiting = [thread.ask('never', ''), thread.ask(how, 'oh'), thread.ask('never', '')];
      for (const ended of await Promise.allSettled(waiting))
        expect(ended).toMatchObject({ status: 'rejected', reason: { code: 'broken' } });
      expect(await thread.ask('echo', 'again')).toBe('again');
    },
  );

  it('passes errors on as what they were', async () => {
    await using thread = open();
    const failed = thread.ask('fail', 'the disk is full');
    await expect(failed).rejects.toBeInstanceOf(StoreError);
    await expect(failed).rejects.toMatchObject({ code: 'unavailable', message: 'the disk is full' });
  });

  it('refuses more questions than may wait, and takes as many', async () => {
    await using thread = open();
    const waiting = Promise.allSettled(Array.from({ length: WAITING - 1 }, () => thread.ask('never', '')));
    const last = thread.ask('echo', 'last');
    await expect(thread.ask('echo', 'one more')).rejects.toMatchObject({ code: 'busy' });
    expect(await last).toBe('last');
    expect(await thread.ask('echo', 'room again')).toBe('room again');
    await thread[Symbol.asyncDispose]();
    for (const ended of await waiting) expect(ended).toMatchObject({ reason: { code: 'closed' } });
    await expect(thread.ask('echo', '')).rejects.toMatchObject({ code: 'closed' });
  });
});
