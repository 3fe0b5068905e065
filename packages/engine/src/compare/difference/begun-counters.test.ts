import { describe, expect, it } from 'vitest';
import { parsed } from '../../../cases/parsing.ts';
import type { JsonObject } from '../../json/json.ts';
import { begunCounters } from './begun-counters.ts';

const LIMIT = { counter: 'burst', window: 'minute', max: 10 };
const policy = (...limits: JsonObject[]) =>
  parsed({ version: '1', default: 'deny', tools: { t: { limits } } });
const begun = (before: ReturnType<typeof policy>, after: ReturnType<typeof policy>) =>
  begunCounters(before, after).map(({ message, pointer }) => `${pointer} ${message}`);

describe('a counter begins at nothing', () => {
  it.each<[string, JsonObject, string]>([
    ['that is renamed', { counter: 'renamed' }, '/tools/t/limits/renamed the counter "renamed" per grant'],
    ['of another scope', { scope: 'server' }, '/tools/t/limits/burst the counter "burst" per server'],
    [
      'that counts calls in flight now',
      { window: undefined as never, max: undefined as never, concurrent: 1 },
      '/tools/t/limits/burst the counter "burst" per grant',
    ],
  ])('%s', (_what, change, expected) => {
    const after = JSON.parse(JSON.stringify({ ...LIMIT, ...change })) as JsonObject; // a cast: an object was printed
    expect(begun(policy(LIMIT), policy(after))).toEqual([
      `${expected} starts at zero: what the counter "burst" per grant counted is not carried over`,
    ]);
  });

  it.each<[string, JsonObject[], JsonObject[]]>([
    ['whose limit has another maximum or window', [LIMIT], [{ ...LIMIT, max: 1, window: 'hour' }]],
    [
      'whose scope is written in another order',
      [{ ...LIMIT, scope: ['grant', 'server'] }],
      [{ ...LIMIT, scope: ['server', 'grant'] }],
    ],
    ['that is added beside the one that there was', [LIMIT], [LIMIT, { ...LIMIT, counter: 'more' }]],
    ['that is the first one', [], [LIMIT]],
    ['that is gone', [LIMIT], []],
  ])('but not one %s', (_what, before, after) => {
    expect(begun(policy(...before), policy(...after))).toEqual([]);
  });

  it('is told of a short form as well', () => {
    const short = (text: string) =>
      parsed({ version: '1', default: 'deny', tools: { t: { rate_limit: text } } });
    expect(begun(short('5/hour'), short('6/hour'))).toEqual([]);
    expect(begun(policy(LIMIT), short('6/hour'))).toHaveLength(1);
  });
});
