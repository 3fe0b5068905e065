import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { startStub } from '../support/stub.ts';

let stub: Awaited<ReturnType<typeof startStub>>;
let gateway: TestGateway;

beforeAll(async () => {
  stub = await startStub({ era: 'modern', tools: [] });
  gateway = await bootGateway({ mcpServers: { stub: { url: stub.url } } });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

it.each([
  ['/schema/policy-1.json', '../../../engine/schema/boomgate-policy-1.schema.json'],
  ['/schema/config.json', '../../schema/boomgate-config.schema.json'],
])('serves %s to whatever editor asks for it', async (path, file) => {
  const answer = await fetch(`${gateway.gateway.url}${path}`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/schema+json']);
  const published = readFileSync(new URL(file, import.meta.url), 'utf8');
  expect(await answer.text()).toBe(published);
  const head = await fetch(`${gateway.gateway.url}${path}`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

it('has no other schema, and takes none', async () => {
  const other = await fetch(`${gateway.gateway.url}/schema/policy-2.json`);
  expect(other.headers.get('content-type')).not.toBe('application/schema+json');
  const sent = await fetch(`${gateway.gateway.url}/schema/policy-1.json`, { method: 'POST', body: '{}' });
  expect(sent.status).toBe(404);
});
