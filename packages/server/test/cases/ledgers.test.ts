import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, bootCases, type Cases, type Received } from './support/index.ts';

/** The three ledgers are worth what they find: each test here makes one of them lie. */
describe('the ledgers do not agree when', () => {
  let cases: Cases;
  beforeEach(async () => {
    cases = await bootCases();
    await cases.agent({ agent: 'modern', server: 'modern' }).call('search', { q: 'an ordinary argument' });
    await cases
      .agent({ agent: 'legacy', server: 'modern' })
      .call('delete_repo', { name: 'another argument' });
    await cases.expectLedgersToAgree();
  });
  afterEach(() => cases[Symbol.asyncDispose]());

  const call = (args: object): Received => {
    // What a server received is JSON.
    const message = {
      id: 1,
      method: 'tools/call',
      params: { name: 'search', arguments: args },
    } as Received['message'];
    return { raw: JSON.stringify(message), headers: {}, rawHeaders: [], url: '/mcp', message };
  };
  const saw = (body: Answer['body'], sent: object = call({}).message): void =>
    void cases.ledgers.seen.push({
      grant: 'GA-modern',
      server: 's1-modern',
      sent: JSON.stringify(sent),
      answer: { status: 200, headers: {}, text: '', body, before: [] },
    });

  it.each<[string, () => void, RegExp]>([
    [
      'a server received what has no row',
      () => cases.ledgers.arrived('s2-modern', call({ q: 'an ordinary argument' })),
      /before their intent/,
    ],
    [
      'a server received other arguments than were judged',
      () => cases.ledgers.arrived('s1-modern', call({ q: 'an ordinary argument', more: 1 })),
      /before their intent/,
    ],
    [
      'a server received one call twice',
      () => cases.ledgers.arrived('s1-modern', call({ q: 'an ordinary argument' })),
      /before their intent/,
    ],
    [
      'an agent saw a result of what was not forwarded',
      () => saw({ result: { content: [] } }),
      /look allowed/,
    ],
    [
      'a refusal names a row that is not there',
      () =>
        saw({ result: { isError: true, _meta: { 'boomgate/decision': { id: 'none', outcome: 'deny' } } } }),
      /row is missing/,
    ],
    [
      'there are more answers than rows',
      () => {
        for (let count = 0; count < 10; count += 1) saw({ error: { code: -32600, message: 'no' } });
      },
      /without a row/,
    ],
    [
      'the value of an argument is in the log',
      () => saw({}, call({ q: 's1-modern' }).message),
      /values of arguments/,
    ],
    [
      'a server received a token',
      () => {
        const leak = { ...call({}), rawHeaders: ['Authorization', cases.tokenOf('GA', 'modern')] };
        const other = { ...leak, message: { method: 'notifications/x' } };
        cases.ledgers.received.push({ server: 's1-modern', received: other });
      },
      /tokens that a server received/,
    ],
  ])('%s', async (_what, lie, message) => {
    lie();
    await expect(cases.expectLedgersToAgree()).rejects.toThrow(message);
  });

  it('a row says forwarded of what no server received', async () => {
    const entry = (await cases.ledgers.rows()).find(({ row }) => row.forwarded);
    if (entry === undefined) throw new Error('no call was forwarded');
    const { journal } = cases.gateway.gateway.store;
    const row = { ...entry.row, id: `${entry.row.id}x` };
    const admission = await journal.admit([], () => row);
    journal.settle(admission, 'kept', { status: 'result', upstreamMs: 1, gatewayMs: 1, bytesOut: 1 });
    await expect(cases.expectLedgersToAgree()).rejects.toThrow(/no server received/);
  });
});
