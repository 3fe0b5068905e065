import { expect, it } from 'vitest';
import { Sequence } from './sequence.ts';

/** Work that ends when it is told to. */
function work() {
  const began: number[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const run = (): Promise<void> => {
    began.push(began.length);
    const end = Promise.withResolvers<void>();
    ends.push(end);
    return end.promise;
  };
  return { began, ends, run };
}

/** Lets everything that could begin do so. */
const settled = () => new Promise(setImmediate);

it('work begins when what was asked for before is over, however it ended', async () => {
  const { began, ends, run } = work();
  const sequence = new Sequence();
  const one = sequence.run(run);
  const other = sequence.run(run);
  await settled();
  expect(began).toHaveLength(1);
  ends[0]?.reject(new Error('failed'));
  await expect(one).rejects.toThrow('failed');
  await settled();
  expect(began).toHaveLength(2);
  ends[1]?.resolve();
  await other;
});

it('work that has not begun is shared by all who ask, and by nobody who asks later', async () => {
  const { began, ends, run } = work();
  const sequence = new Sequence();
  const first = sequence.share(run);
  await settled();
  const shared = [sequence.share(run), sequence.share(run)];
  ends[0]?.resolve();
  await first;
  await settled();
  expect(began).toHaveLength(2);
  const later = sequence.share(run);
  ends[1]?.reject(new Error('failed'));
  for (const one of shared) await expect(one).rejects.toThrow('failed');
  await settled();
  expect(began).toHaveLength(3);
  ends[2]?.resolve();
  await later;
});

it('who asks for much lets others have their turn between, and one is done at once', async () => {
  const sequence = new Sequence();
  const done: string[] = [];
  let running = 0;
  const ask = (who: string, name: string) =>
    sequence.run(async () => {
      running += 1;
      expect(running).toBe(1);
      await settled();
      running -= 1;
      done.push(name);
      if (name === 'a2') throw new Error('failed');
      return name;
    }, who);
  const [first, second, ...rest] = ['a1', 'a2', 'a3', 'a4'].map((name) => ask('a', name));
  const others = ['b1', 'b2'].map((name) => ask('b', name));
  expect(await first).toBe('a1');
  await expect(second).rejects.toThrow('failed');
  await Promise.all([...rest, ...others]);
  expect(done).toEqual(['a1', 'a2', 'b1', 'a3', 'b2', 'a4']);
  expect(await ask('c', 'c1')).toBe('c1');
});
