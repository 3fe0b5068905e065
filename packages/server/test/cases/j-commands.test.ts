import { fileURLToPath } from 'node:url';
import { hasPermission, listEndpoints, ROLES } from '@boomgate/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { GatewayOptions } from '../../src/index.ts';
import { ALLOW_ALL } from '../support/gateway.ts';
import { bootOffice, expectOk, type Office, problemOf, type Somebody } from '../support/people.ts';
import { modernCall, post } from '../support/rpc.ts';

const TELLING = fileURLToPath(new URL('../support/environment-server.ts', import.meta.url));
const PROGRAM = { command: process.execPath, args: [TELLING] };

/** The ways by which the API takes a command; each in the name of somebody, with the pointer of what is wrong. */
const WAYS = {
  'servers.create': async ({ client }: Somebody) =>
    client.servers.create({ body: { slug: crypto.randomUUID(), ...PROGRAM } }),
  'servers.update': async (by: Somebody) => {
    const slug = crypto.randomUUID();
    await by.client.servers.create({ body: { slug, url: 'http://127.0.0.1:9/' } });
    const shown = await by.client.servers.show({ params: { server: slug } });
    const ifMatch = (shown.ok ? shown.etag : undefined) ?? '"1"';
    return by.client.servers.update({ params: { server: slug }, ifMatch, body: { url: null, ...PROGRAM } });
  },
  'stack.register': async ({ client }: Somebody) =>
    client.stack.register({
      body: {
        text: JSON.stringify({ mcpServers: { far: { url: 'http://127.0.0.1:9/' }, near: PROGRAM } }),
        servers: [
          { name: 'far', slug: crypto.randomUUID() },
          { name: 'near', slug: crypto.randomUUID() },
        ],
      },
    }),
} as const;
type Way = keyof typeof WAYS;
const ALL_WAYS = Object.keys(WAYS) as Way[]; // a cast: the keys of the object above

/** The configuration file, `boomgate apply` and a restored backup are the operator's own, on the machine itself. */
describe('J-01 who may define a command', () => {
  let office: Office;
  beforeAll(async () => {
    office = await bootOffice();
  });
  afterAll(() => office[Symbol.asyncDispose]());

  it('every endpoint that takes one is tried here', () => {
    const taking = listEndpoints().filter(({ endpoint: { body } }) => {
      const schema = JSON.stringify(body === undefined ? {} : z.toJSONSchema(body, { io: 'input' }));
      return schema.includes('"command":{') || schema.includes('"text":{');
    });
    // The preview reads a text and registers nothing.
    const names = taking.map(({ name, resource }) => `${resource}.${name}`);
    expect(names.filter((name) => name !== 'stack.preview').sort()).toEqual([...ALL_WAYS].sort());
    const mayManage = ROLES.filter((role) => hasPermission(role, 'manage_servers'));
    expect(mayManage).toEqual(['admin']);
  });

  it.each(ALL_WAYS)('%s: an admin of the first organisation, and no other role', async (way) => {
    for (const role of ROLES.filter((one) => one !== 'admin')) {
      const answer = await WAYS[way](await office.somebody(role));
      expect([role, problemOf(answer)]).toEqual([role, 'forbidden']);
    }
    expectOk<unknown>(await WAYS[way](office.admin));
  });

  it.each(ALL_WAYS)('%s: no admin of an organisation whom the operator has not let', async (way) => {
    const stranger = await office.somebody('admin', await office.elsewhere());
    const refused = await WAYS[way](stranger);
    expect(problemOf(refused)).toBe('invalid_input');
    const pointers = refused.ok ? [] : (refused.problem.errors ?? []).map(({ pointer }) => pointer);
    expect(pointers).toEqual([way === 'stack.register' ? '/servers/1/command' : '/command']);
    const { items } = expectOk(await stranger.client.servers.list());
    // What came before the refusal is an address; of a list with a program in it nothing is registered.
    expect(items).toHaveLength(way === 'servers.update' ? 1 : 0);
  });

  it('nobody where the operator lets none', async () => {
    await using closed = await bootOffice({ apiCommands: 'none' });
    for (const way of ALL_WAYS) expect(problemOf(await WAYS[way](closed.admin))).toBe('invalid_input');
  });
});

describe('J-16 two organisations with the same program', () => {
  const OPTIONS: Partial<GatewayOptions> = { apiCommands: 'all' };

  it('have a process each, with the variables of their own', async () => {
    await using office = await bootOffice(OPTIONS);
    const other = await office.somebody('admin', await office.elsewhere());
    const told: Record<string, string>[] = [];
    for (const [name, { client }] of Object.entries({ first: office.admin, other })) {
      const entry = { slug: 'telling', ...PROGRAM, env: { WHOSE: name } };
      expectOk(await client.servers.create({ body: entry }));
      expectOk(await client.policies.create({ body: { name: 'let', document: ALLOW_ALL } }));
      const body = { name: 'agent', server: 'telling', policy: 'let' };
      const { token } = expectOk(await client.grants.mint({ body }));
      const { body: answer } = await post(office.test.endpoint('telling'), token, modernCall('environment'));
      told.push(JSON.parse(answer.result?.content?.[0]?.text ?? '{}'));
    }
    expect(told.map(({ WHOSE }) => WHOSE)).toEqual(['first', 'other']);
  });
});
