import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { testFunctions } from '../cases/functions.ts';
import { runPolicyCases } from './cases/index.ts';

const FOLDER = new URL('../cases/', import.meta.url);
const CASES_MIN = 150;
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

let count = 0;
describe.each(files)('%s', (file) => {
  const results = runPolicyCases(parse(readFileSync(new URL(file, FOLDER), 'utf8')), testFunctions);
  count += results.length;
  it.each(results)('$name', ({ failures }) => {
    expect(failures).toEqual([]);
  });
});

it('there are enough cases to read them as the specification', () => {
  expect(count).toBeGreaterThanOrEqual(CASES_MIN);
});

describe('a file of cases', () => {
  const policy = { version: '1', default: 'deny', tools: { t: {} } };
  const run = (file: Parameters<typeof runPolicyCases>[0]) => runPolicyCases(file, testFunctions);

  it('fails where a decision differs from what is expected', () => {
    const calls = [{ tool: 't', expect: 'deny' }];
    expect(run({ policy, cases: [{ name: 'one', calls }] })).toEqual([
      { name: 'one', ok: false, failures: ['call 1: expected outcome "deny", found "allow"'] },
    ]);
  });

  it.each([
    [{ policy, cases: [{ name: 'a', calls: [{ tool: 't', expcet: 'allow' }] }] }, 'unknown key "expcet"'],
    [{ policy, cases: [{ name: 'a', calls: [{ tool: 't' }] }] }, 'needs "expect"'],
    [{ policy, cases: [{ name: 'a', calls: [{ tool: 't', expect: 'alow' }] }] }, 'expected an outcome'],
    [{ policy, cases: [{ name: 'a', calls: [] }] }, 'at least one call'],
    [{ policy, cases: [] }, 'at least one case'],
    [{ cases: [{ name: 'a', calls: [{ tool: 't', expect: 'allow' }] }] }, 'there is no policy'],
    [{ policy: { version: '2' }, cases: [{ name: 'a', calls: [] }] }, 'the policy is refused'],
    [{ policy, errors: [{ name: 'a', document: policy, code: 'syntax' }] }, 'the document is accepted'],
    ['text', 'to be an object'],
  ])('fails when it is itself wrong: %j', (file, failure) => {
    expect(
      run(file)
        .flatMap(({ failures }) => failures)
        .join('\n'),
    ).toContain(failure);
  });

  it('takes the policy of its caller when it has none', () => {
    const file = { cases: [{ name: 'a', calls: [{ tool: 't', expect: 'allow' }] }] };
    expect(runPolicyCases(file, testFunctions, policy)).toEqual([{ name: 'a', ok: true, failures: [] }]);
  });
});
