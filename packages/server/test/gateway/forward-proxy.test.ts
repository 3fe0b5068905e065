import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exchangeText, postJson } from '../../src/upstreams/index.ts';
import { type Authority, makeAuthority } from '../support/certificates.ts';
import { startProxy, type TestProxy } from '../support/forward-proxy.ts';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/programs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';
import { type Front, tlsBefore } from '../support/tls-front.ts';

/** Names that nobody knows but the proxy. */
const HOST = 'mcp.boomgate.test';
const OTHER = 'other.boomgate.test';
const POLICY = { version: '1', default: 'allow' };
const TLS_PORT = 443;

let authority: Authority;
let folder: string;
let stub: Stub;
let front: Front;
let proxy: TestProxy;

beforeAll(async () => {
  authority = makeAuthority();
  folder = await mkdtemp(join(tmpdir(), 'boomgate-proxy-'));
  await writeFile(join(folder, 'ca.pem'), authority.ca);
  stub = await startStub({ era: 'modern', tools: [{ name: 'free' }] });
  front = await tlsBefore(stub, authority.issue(`DNS:${HOST}`));
  proxy = await startProxy();
});
afterEach(() => {
  proxy.asked.splice(0);
  proxy.places.clear();
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await front[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
  authority[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

const portOf = ({ url }: { readonly url: string }): number => Number(new URL(url).port);

/** A gateway with a server at each host, and one on this machine. */
async function boot(
  settings: { readonly url?: string; readonly except?: readonly string[]; readonly workers?: number } = {},
): Promise<TestGateway> {
  const { except = [], url = proxy.url, workers } = settings;
  const tls = { ca: join(folder, 'ca.pem') };
  const at = (host: string) => ({ url: `https://${host}/mcp`, era: 'modern', tls });
  const names = { far: at(HOST), other: at(OTHER), near: { url: stub.url, era: 'modern' } };
  return await bootGateway({
    mcpServers: names,
    policies: { p: POLICY },
    grants: { test: { servers: { far: 'p', other: 'p', near: 'p' }, token: '${env:TEST_GRANT}' } },
    options: { proxy: { url, except }, ...(workers === undefined ? {} : { workers }) },
  });
}

async function call(gateway: TestGateway, server: string): Promise<string> {
  const { body, text } = await post(
    `${gateway.gateway.url}/mcp/`,
    gateway.token,
    modernCall(`${server}__free`),
  );
  return body.result?.isError === true ? (body.result.content?.[0]?.text ?? text) : text;
}

describe('a forward proxy', () => {
  it.each([undefined, 2])('leads to servers whose names it alone knows, with %s workers', async (workers) => {
    proxy.places.set(`${HOST}:${TLS_PORT}`, portOf(front));
    await using gateway = await boot(workers === undefined ? {} : { workers });
    const before = stub.calls().length;
    expect(await call(gateway, 'far')).toContain('"result"');
    expect(stub.calls()).toHaveLength(before + 1);
    expect(new Set(proxy.asked)).toEqual(new Set([`${HOST}:${TLS_PORT}`]));
  });

  it('sees nothing of what goes to this machine, or to who is named as an exception', async () => {
    await using gateway = await boot({ except: ['*.boomgate.test'] });
    expect(await call(gateway, 'near')).toContain('"result"');
    expect(await call(gateway, 'far')).toContain('[UPSTREAM UNAVAILABLE]');
    expect(proxy.asked).toEqual([]);
  });

  it('cannot stand for the server: its certificate is checked as without', async () => {
    proxy.places.set(`${OTHER}:${TLS_PORT}`, portOf(front));
    await using gateway = await boot();
    const before = stub.received.length;
    expect(await call(gateway, 'other')).toContain('[UPSTREAM UNAVAILABLE]');
    expect(proxy.asked).toContain(`${OTHER}:${TLS_PORT}`);
    expect(stub.received).toHaveLength(before);
  });

  it('is named with its refusal where it does not let the connection through, never with its password', async () => {
    await using gateway = await boot();
    expect(await call(gateway, 'far')).toContain('[UPSTREAM UNAVAILABLE]');
    const lines = () => JSON.stringify(gateway.lines);
    await until(() => lines().includes(`does not let connections to ${HOST}:${TLS_PORT} through: HTTP 403`));
    const { host } = new URL(proxy.url);
    await using without = await boot({ url: `http://${host}` });
    expect(await call(without, 'far')).toContain('[UPSTREAM UNAVAILABLE]');
    await until(() => JSON.stringify(without.lines).includes('HTTP 407; it wants a user and a password'));
    expect(lines() + JSON.stringify(without.lines)).not.toContain('p%40ss');
  });

  it('takes what else leaves: for providers of identities, and to webhooks', async () => {
    proxy.places.set(`${OTHER}:80`, portOf(stub));
    const way = { allowPrivate: false, headers: {}, withinMs: 5_000, proxy: { url: proxy.url, except: [] } };
    const url = `http://${OTHER}/mcp`;
    expect(await postJson({ ...way, url, body: '{}' })).toHaveProperty('status');
    const asked = { ...way, url, method: 'GET', body: null, maxBytes: 10_000 } as const;
    expect(await exchangeText(asked)).toHaveProperty('status');
    expect(proxy.asked).toEqual([`${OTHER}:80`, `${OTHER}:80`]);
    proxy.asked.splice(0);
    await postJson({ ...way, url: 'http://[2606:4700::1]/', body: '{}' });
    expect(proxy.asked).toEqual(['[2606:4700::1]:80']);
    const gone = { ...way.proxy, url: 'http://127.0.0.1:1' };
    expect(await postJson({ ...way, proxy: gone, url, body: '{}' })).toEqual({
      failure: expect.stringContaining('the proxy 127.0.0.1:1 cannot be reached'),
    });
  });
});
