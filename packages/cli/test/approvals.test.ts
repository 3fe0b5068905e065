import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Approval, mintToken } from '../../server/src/index.ts';
import { approvalAsk } from '../../server/src/store/conformance/approvals.ts';
import { decisionRow } from '../../server/src/store/conformance/fixtures.ts';
import { bootGateway, type TestGateway } from '../../server/test/support/gateway.ts';
import { modernCall, post } from '../../server/test/support/rpc.ts';
import { type Stub, startStub } from '../../server/test/support/stub.ts';
import { boomgate, type Ran } from './command.ts';

const TOO_MUCH = { name: 'too-much', conditions: [{ path: 'args.amount', op: 'gt', value: 100 }] };
const POLICY = { version: '1', default: 'deny', tools: { pay: { require_approval_if: [TOO_MUCH] } } };

let stub: Stub;
let gateway: TestGateway;
const own = mintToken().token;

beforeAll(async () => {
  stub = await startStub({ era: 'modern', tools: [{ name: 'pay' }] });
  gateway = await bootGateway({
    mcpServers: { stub: { url: stub.url } },
    policies: { p: POLICY },
    grants: { own: { server: 'stub', policy: 'p', token: own, owner: userInfo().username } },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

const cli = (...args: readonly string[]): Promise<Ran> =>
  boomgate(args, { env: { BOOMGATE_DATA: join(gateway.data, 'data') } });
const call = (args: object, token = gateway.token) =>
  post(gateway.endpoint('stub'), token, modernCall('pay', args));

/** Asks for an approval; gives its id. */
async function asked(args: object, token?: string): Promise<string> {
  const { text } = await call(args, token);
  return /apr_[0-9a-f]+/.exec(text)?.[0] ?? '';
}

describe('boomgate approvals', () => {
  it('G-13 shows everything that would be sent, and nothing that a terminal would obey', async () => {
    const args = {
      amount: 500,
      note: 'x'.repeat(200_000),
      text: '\u202egnp\u200b\u001b[2J<b>',
      zz_danger: 'at the very end',
    };
    const id = await asked(args);
    const { code, stdout } = await cli('approvals', 'show', id);
    expect(code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u200b\u202e]/);
    expect(stdout).toContain('\\u202egnp\\u200b\\u001b[2J<b>');
    const shown = stdout.split('\n').find((line) => line.startsWith('{'));
    expect(JSON.parse(shown ?? '')).toEqual(args);
    expect(stdout).toContain('/tools/pay/require_approval_if/too-much of p, version 1');
    expect(stdout).toMatch(/keyed digest, as in the log: [0-9a-f]{64}/);
    expect(stdout).toContain('stub/pay');
    const meaning = stdout.slice(stdout.indexOf('Approving lets this exact call through once')).split('\n');
    expect(meaning.length).toBeGreaterThan(1);
    for (const line of meaning) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('approves a call, which then goes through, and says afterwards why it cannot again', async () => {
    const id = await asked({ amount: 200 });
    const listed = await cli('approvals', 'list');
    expect(listed.stdout).toContain(id);
    expect(Math.max(...listed.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    const approved = await cli('approvals', 'approve', id, '--note', 'as agreed');
    expect([approved.code, approved.stderr]).toEqual([
      0,
      `${id} is approved, by ${JSON.stringify(userInfo().username)} as admin\n`,
    ]);
    expect((await cli('approvals', 'approve', id)).code).toBe(0);
    const before = stub.calls().length;
    expect((await call({ amount: 200 })).body.result?.isError ?? false).toBe(false);
    expect(stub.calls()).toHaveLength(before + 1);
    for (const verb of ['deny', 'approve']) {
      const refused = await cli('approvals', verb, id);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('was already used')]);
    }
    const known = await cli('approvals', 'show', id, '--json');
    // The command prints what the store has.
    expect(JSON.parse(known.stdout) as Approval).toMatchObject({
      state: 'used',
      arguments: '{"amount":200}',
      votes: [{ verdict: 'approve', note: 'as agreed', by: { role: 'admin', via: 'cli' } }],
    });
    const { stdout: acts } = await cli('audit', 'list', '--action', 'approval', '--json');
    // One act alone: who says the same again changes nothing.
    expect(JSON.parse(acts)).toMatchObject({
      action: 'approval.approved',
      target: { id },
      after: { note: 'as agreed' },
      actor: { kind: 'cli' },
    });
  });

  it('G-06 refuses to let somebody approve a call of their own grant', async () => {
    const id = await asked({ amount: 300 }, own);
    const refused = await cli('approvals', 'approve', id);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('the owner of the grant')]);
    expect((await cli('approvals', 'deny', id)).code).toBe(0);
    expect((await call({ amount: 300 }, own)).text).toContain('a person refused this call');
  });

  it('says where it lists the newest of more', async () => {
    const { stderr } = await cli('approvals', 'list', '--all');
    expect(stderr).toBe('');
    const { store } = gateway.gateway;
    for (let at = 0; at < 201; at += 1) {
      const one = `many ${at}`;
      const ask = approvalAsk({ binding: one, call: one, grantId: one, grantName: one });
      await store.journal.ask(ask, '{}', () => decisionRow({ id: crypto.randomUUID(), outcome: 'approve' }));
    }
    const listed = await cli('approvals', 'list', '--all');
    expect(listed.stdout.trim().split('\n')).toHaveLength(201);
    expect(listed.stderr).toBe('the newest 200; there are more\n');
  });

  it('knows an id that it does not know', async () => {
    const none = `apr_${'0'.repeat(32)}`;
    for (const verb of ['show', 'approve']) {
      const { code, stderr } = await cli('approvals', verb, none);
      expect([code, stderr]).toEqual([2, expect.stringContaining('expected the id of an approval')]);
    }
  });
});
