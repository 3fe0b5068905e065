import { describe, expect, it } from 'vitest';
import { systemClock } from '../limits/index.ts';
import type { AskedAnswer } from '../sign-on/index.ts';
import { GATEWAY, type Store } from '../store/index.ts';
import type { SignInServer } from './contract.ts';
import { openSignInDesk } from './desk.ts';

const AT = 'https://mcp.example/mcp';
const ISSUER = 'https://as.example';

function serverAt(url: string, allowPrivate: boolean): SignInServer {
  return {
    ...{ id: 'i', organization: 'o', slug: 's' },
    target: { kind: 'http', url, headers: { 'x-key': 'k' }, allowPrivate },
  };
}

type Answers = Readonly<Record<string, object>>;

/** A desk whose requests are answered by a table, with what was asked. */
function deskOver(
  answers: Answers,
  { before, documentUrl }: { readonly before?: object; readonly documentUrl?: string } = {},
) {
  const asked: { url: string; allowPrivate: boolean; headers: object }[] = [];
  const begun: unknown[] = [];
  const desk = openSignInDesk({
    clock: systemClock(),
    log: { info: () => undefined, warn: () => undefined },
    isAtSpecialAddress: async (host) => host === '127.0.0.1',
    own: () => ({ redirectUri: 'https://gate.example/callback', documentUrl }),
    async ask({ allowPrivate, headers, method, url }): Promise<AskedAnswer> {
      asked.push({ url, allowPrivate, headers });
      if (method === 'POST') return { status: 401, headers: { 'www-authenticate': 'Bearer' }, text: '' };
      const found = answers[url];
      return { status: found === undefined ? 404 : 200, headers: {}, text: JSON.stringify(found ?? {}) };
    },
    // A cast: what beginning needs of a store.
    store: {
      nowMs: Date.now,
      serverSignIns: {
        clientFor: async () => undefined,
        find: async () => (before === undefined ? undefined : { facts: before }),
        begin: async (...of: unknown[]) => void begun.push(of),
      },
    } as unknown as Pick<Store, 'nowMs' | 'serverSignIns'>,
  });
  return { desk, asked, begun };
}

const metadata = (more: object = {}) => ({
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize?a=1`,
  token_endpoint: `${ISSUER}/token`,
  code_challenge_methods_supported: ['S256'],
  ...more,
});
const documents = (more: object = {}, issuer = ISSUER): Answers => ({
  'https://mcp.example/.well-known/oauth-protected-resource/mcp': {
    resource: AT,
    authorization_servers: [issuer],
  },
  'http://127.0.0.1:8/.well-known/oauth-protected-resource/mcp': {
    ...{ resource: 'http://127.0.0.1:8/mcp', authorization_servers: [issuer] },
  },
  [`${issuer}/.well-known/oauth-authorization-server`]: metadata({ issuer, ...more }),
});

describe('beginning to sign in', () => {
  it('I-08 lets a server that may be private take along none but when it is private itself', async () => {
    const inside = 'http://127.0.0.1:9';
    const outside = deskOver(documents({}, inside));
    const refused = await outside.desk.begin(serverAt(AT, true), { clientId: 'c' }, GATEWAY);
    expect(refused).toMatchObject({ ok: false, fault: 'sign_in_not_possible' });
    expect(outside.asked.slice(1).map(({ allowPrivate }) => allowPrivate)).toEqual([false]);
    expect(outside.asked.map(({ url }) => url)).not.toContain(inside);
    const own = deskOver(documents({}, inside));
    await own.desk.begin(serverAt('http://127.0.0.1:8/mcp', true), { clientId: 'c' }, GATEWAY);
    expect(own.asked.every(({ allowPrivate }) => allowPrivate)).toBe(true);
    const closed = deskOver(documents({}, inside));
    await closed.desk.begin(serverAt('http://127.0.0.1:8/mcp', false), { clientId: 'c' }, GATEWAY);
    expect(closed.asked).toEqual([]);
  });

  it('finds the client of its metadata document before it registers', async () => {
    const documentUrl = 'https://gate.example/client';
    const more = { client_id_metadata_document_supported: true, registration_endpoint: `${ISSUER}/register` };
    const { asked, desk } = deskOver(documents(more), { documentUrl });
    const begun = await desk.begin(serverAt(AT, false), {}, GATEWAY);
    if (!begun.ok) throw new Error(begun.why);
    const { searchParams } = new URL(begun.url);
    expect(searchParams.get('client_id')).toBe(documentUrl);
    expect(searchParams.get('a')).toBe('1');
    expect(asked.map(({ url }) => url)).not.toContain(`${ISSUER}/register`);
    const given = await desk.begin(serverAt(AT, false), { clientId: 'mine' }, GATEWAY);
    expect(given.ok && new URL(given.url).searchParams.get('client_id')).toBe('mine');
  });

  it('I-12 gives the headers of a server to its own address alone', async () => {
    const { asked, desk } = deskOver(documents());
    await desk.begin(serverAt(AT, false), { clientId: 'c' }, GATEWAY);
    expect(asked.filter(({ headers }) => 'x-key' in headers).map(({ url }) => url)).toEqual([AT]);
  });

  it('does not begin for a server without TLS, or with an Authorization of its own', async () => {
    const { asked, desk } = deskOver(documents());
    const plain = await desk.begin(serverAt('http://mcp.example/mcp', false), {}, GATEWAY);
    expect(plain).toMatchObject({ ok: false, fault: 'sign_in_not_possible' });
    const server = serverAt(AT, false);
    const own = { ...server, target: { ...server.target, headers: { Authorization: 'Bearer x' } } };
    expect(await desk.begin(own, {}, GATEWAY)).toMatchObject({ ok: false, fault: 'sign_in_not_possible' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['none is known', undefined, 'a b'],
    ['none is missing', {}, 'a b'],
    ['some are missing', { missing: ['c', 'old'] }, 'old c'],
    ['it is not known which are', { missing: [] }, 'old a b'],
    ['they are missing at another address', { missing: ['c'], address: `${AT}2` }, 'a b'],
    ['another authorization server gave the others', { missing: ['c'], issuer: `${ISSUER}/` }, 'a b'],
  ])('asks for what there is and what is missing: %s', async (_, facts, scope) => {
    const before = facts && { issuer: ISSUER, address: AT, scopes: ['old'], ...facts };
    const answers = documents();
    const place = 'https://mcp.example/.well-known/oauth-protected-resource/mcp';
    const resource = { ...answers[place], scopes_supported: ['a', 'b'] };
    const { begun, desk } = deskOver(
      { ...answers, [place]: resource },
      before === undefined ? {} : { before },
    );
    const made = await desk.begin(serverAt(AT, false), { clientId: 'c' }, GATEWAY);
    if (!made.ok) throw new Error(made.why);
    expect(new URL(made.url).searchParams.get('scope')).toBe(scope);
    const named = await desk.begin(serverAt(AT, false), { clientId: 'c', scopes: ['x'] }, GATEWAY);
    expect(named.ok && named.flow.scopes).toEqual(['x']);
    const isKept = scope.includes('old');
    expect(begun[0]).toMatchObject([{}, { facts: { scopes: scope.split(' ') } }, GATEWAY]);
    expect(JSON.stringify(begun[0]).includes('missing')).toBe(isKept);
  });
});
