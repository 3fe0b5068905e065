import { describe, expect, it } from 'vitest';
import { failing, type Outcome } from '../failures.ts';
import { Subscriptions } from './subscriptions.ts';

const fine: Outcome = { kind: 'result', result: {}, bytes: 0 };
const refusal: Outcome = failing('broken', 'x', { acted: 'maybe' });

/** A server that answers when the test says. */
function setUp() {
  const said: string[] = [];
  const answers: ((outcome: Outcome) => void)[] = [];
  const subscriptions = new Subscriptions((method, uri) => {
    said.push(`${method.slice('resources/'.length)} ${uri}`);
    return new Promise((resolve) => answers.push(resolve));
  });
  const answer = async (outcome: Outcome) => {
    answers.shift()?.(outcome);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { said, subscriptions, answer };
}

describe('Subscriptions', () => {
  it('tells the server of the first and the last only', async () => {
    const { said, subscriptions, answer } = setUp();
    const taken = [subscriptions.acquire('a'), subscriptions.acquire('a')];
    await Promise.resolve();
    await answer(fine);
    expect(await Promise.all(taken)).toEqual([true, true]);
    subscriptions.release('a');
    await answer(fine);
    expect(said).toEqual(['subscribe a']);
    subscriptions.release('a');
    subscriptions.release('b');
    await answer(fine);
    expect(said).toEqual(['subscribe a', 'unsubscribe a']);
  });

  it('says everything of one resource in order', async () => {
    const { said, subscriptions, answer } = setUp();
    void subscriptions.acquire('a');
    subscriptions.release('a');
    const again = subscriptions.acquire('a');
    await Promise.resolve();
    expect(said).toEqual(['subscribe a']);
    await answer(fine);
    expect(said).toEqual(['subscribe a', 'unsubscribe a']);
    await answer(fine);
    expect(said).toEqual(['subscribe a', 'unsubscribe a', 'subscribe a']);
    await answer(fine);
    expect(await again).toBe(true);
  });

  it('does not take back what the server refused', async () => {
    const { said, subscriptions, answer } = setUp();
    const taken = subscriptions.acquire('a');
    await Promise.resolve();
    await answer(refusal);
    expect(await taken).toBe(false);
    subscriptions.release('a');
    await answer(fine);
    expect(said).toEqual(['subscribe a']);
  });
});
