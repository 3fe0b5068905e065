import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { addressReader } from '../entrance/entrance.ts';
import { hashToken } from '../identity/index.ts';
import { Exposition } from '../telemetry/index.ts';
import { type MetricsAccess, serveMetrics } from './page.ts';

const TOKEN = 'token-of-the-metrics-of-these-tests';
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** The status of a look from this machine, and what it is asked to show, if anything. */
async function look(
  access: Partial<MetricsAccess>,
  headers: Record<string, string> = {},
): Promise<readonly [status: number | undefined, challenge: string | undefined]> {
  const whole = {
    throughProxy: false,
    tokenHash: () => hashToken(TOKEN),
    isGrant: () => false,
    addressOf: addressReader({}),
    ...access,
  };
  const server = createServer(serveMetrics(new Exposition([]), whole));
  closing.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const one = request({ port, host: '127.0.0.1', headers, agent: false }, (response) => {
      response.resume();
      resolve([response.statusCode, response.headers['www-authenticate']]);
    });
    one.on('error', reject).end();
  });
}

const presents = (token: string) => ({ authorization: `Bearer ${token}` });

describe('metrics', () => {
  it.each<[string, Partial<MetricsAccess>, Record<string, string>, number]>([
    ['from this machine', {}, {}, 200],
    ['from this machine, as it seems, behind a proxy', { throughProxy: true }, {}, 403],
    ['by the token behind a proxy', { throughProxy: true }, presents(TOKEN), 200],
    ['by a token of that name that a grant has as well', { isGrant: () => true }, presents(TOKEN), 401],
    ['by a token where the configuration names none', { tokenHash: () => undefined }, presents(TOKEN), 401],
    ['by a part of the token', {}, presents(TOKEN.slice(0, -1)), 401],
    ['by a password', {}, { authorization: `Basic ${TOKEN}` }, 401],
    ['through a tunnel', {}, { via: '1.1 tunnel' }, 403],
  ])('%s', async (_, access, headers, status) => {
    const challenge = status === 401 ? 'Bearer realm="metrics"' : undefined;
    expect(await look(access, headers)).toEqual([status, challenge]);
  });
});
