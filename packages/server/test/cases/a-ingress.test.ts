import { afterAll, beforeAll, describe, it } from 'vitest';
import { bootCases, type Cases, expectDeny, expectSame, PAIRINGS } from './support/index.ts';

let cases: Cases;
beforeAll(async () => {
  cases = await bootCases();
});
afterAll(async () => {
  await cases.expectLedgersToAgree();
  await cases[Symbol.asyncDispose]();
});
describe.each(PAIRINGS)('$agent agent, $server server', (pairing) => {
  it('works', async () => { await cases.agent(pairing).call('read_file', { path: '/data/abcdefgh' });console.log(JSON.stringify(cases.gateway.lines.filter(l => l.level !== 'info')));
    await expectSame(cases, () => cases.agent(pairing).call('read_file', { path: '/data/abcdefgh' }), {
      path: '/data/abcdefgh',
    });
    console.log(cases.gateway.lines.filter(l => l.level !== 'info')); await expectDeny(cases, () => cases.agent(pairing).call('delete_repo', { name: 'abcdefghijk' }));
  });
});
