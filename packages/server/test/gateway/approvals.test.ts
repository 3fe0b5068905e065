import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Approver } from '../../src/index.ts';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { modernCall, post, type RawAnswer } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';

const ADMIN: Approver = { id: 'ada', email: 'ada@example.com', role: 'admin', via: 'api' };

let stub: Stub;
let gateway: TestGateway;

beforeAll(async () => {
  stub = await startStub({ era: 'modern', tools: [{ name: 'pay' }] });
  gateway = await bootGateway({
    mcpServers: { stub: { url: stub.url } },
    policies: { p: { version: '1', default: 'deny', tools: { pay: { action: 'require_approval' } } } },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

const call = (args: object) => post(gateway.endpoint('stub'), gateway.token, modernCall('pay', args));

it('works', async () => {
  const one = await call({ a: 1 });
  console.log(one.text);
  const { id } = (one.body.result?._meta as any)['boomgate/approval'];
  console.log(await gateway.gateway.store.approvals.decide(id, { by: ADMIN, verdict: 'approve' }));
  console.log(await gateway.gateway.store.approvals.argumentsOf(id));
  console.log((await call({ a: 1 })).text);
  console.log((await call({ a: 1 })).text);
  console.log(await (await fetch(`${gateway.gateway.url}/approvals/${id}`)).text());
  expect(stub.calls()).toHaveLength(1);
});
