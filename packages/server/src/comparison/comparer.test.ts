import { parsePolicy, printPolicy } from '@boomgate/engine';
import { expect, it } from 'vitest';
import { engineFunctions } from '../functions/index.ts';
import { BRIEF_COMPARISON_CHARACTERS, COMPARISONS_WAITING } from '../limits/index.ts';
import { Comparer } from './comparer.ts';

const NOTHING = '{"version":"1","default":"deny"}';
const ALL = '{"version":"1","default":"allow"}';
/** Too long to be compared at once. */
const LONG = JSON.stringify({
  version: '1',
  description: 'x'.repeat(BRIEF_COMPARISON_CHARACTERS),
  default: 'deny',
});

it('says for certain that less is let through, and shows what more is, at once or in a thread', async () => {
  const comparer = new Comparer({ withinMs: 60_000 });
  for (const less of [NOTHING, LONG]) {
    expect(await comparer.widens({ before: ALL, after: less })).toMatchObject({
      verdict: 'no',
      how: 'exact',
    });
    const more = await comparer.widens({ before: less, after: ALL });
    expect(more).toMatchObject({ verdict: 'yes', how: 'witness' });
    expect(more.widened.map(({ witness }) => witness?.kind)).toContain('call');
  }
});

it('does not know of what is no policy, takes longer than there is time, or waits behind too many', async () => {
  const unknown = { verdict: 'unknown', how: 'search' };
  const comparer = new Comparer({ withinMs: 60_000 });
  expect(await comparer.widens({ before: ALL, after: '{}' })).toMatchObject(unknown);
  expect(await new Comparer({ withinMs: 0 }).widens({ before: LONG, after: ALL })).toMatchObject(unknown);
  const asked = Array.from({ length: COMPARISONS_WAITING + 1 }, () =>
    comparer.widens({ before: LONG, after: ALL }),
  );
  expect((await Promise.all(asked)).map(({ verdict }) => verdict)).toEqual([
    ...Array.from({ length: COMPARISONS_WAITING }, () => 'yes'),
    'unknown',
  ]);
});

it('does not hold up others for long by a hundred rules', async () => {
  const rules = (raised: number) =>
    Array.from({ length: 50 }, (_, index) => ({
      conditions: [
        { path: `args.a${index % 10}`, op: 'gt', value: index * 10 + (index === 7 ? raised : 0) },
        { path: 'args.name', op: index % 2 === 0 ? 'starts_with' : 'contains', value: `n${index}` },
      ],
    }));
  const hundred = (raised: number) => {
    const tools = { t: { deny_if: rules(raised) }, 'u_*': { require: rules(raised) } };
    const parsed = parsePolicy(JSON.stringify({ version: '1', default: 'deny', tools }), engineFunctions);
    return parsed.ok ? printPolicy(parsed.policy) : '';
  };
  const verdicts = [1, -1].map((raised) => {
    // Without time for a thread only what is found at once counts.
    return new Comparer({ withinMs: 0 }).widens({ before: hundred(0), after: hundred(raised) });
  });
  expect((await Promise.all(verdicts)).map(({ verdict }) => verdict)).toEqual(['yes', 'no']);
});
