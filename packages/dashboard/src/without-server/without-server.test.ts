import { API_PATH } from '@boomgate/contract';
import { expect, it } from 'vitest';
import { answerRequest } from './answer.ts';
import { makeWorld } from './world/index.ts';

const NOW_MS = Date.UTC(2026, 10, 27, 9);

async function open() {
  const world = await makeWorld(NOW_MS);
  return async (
    method: string,
    path: string,
    sent: { readonly body?: unknown; readonly ifMatch?: string } = {},
  ) => {
    const response = await answerRequest(
      world,
      new Request(`http://page.example${API_PATH}${path}`, {
        method,
        headers: sent.ifMatch === undefined ? {} : { 'if-match': sent.ifMatch },
        ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
      }),
    );
    const text = await response.text();
    return {
      status: response.status,
      etag: response.headers.get('etag') ?? '',
      body: text === '' ? {} : JSON.parse(text),
    };
  };
}

it('without a gateway there is a log with every kind of decision, each with its rules and counters', async () => {
  const ask = await open();
  const { body } = await ask('GET', '/decisions?limit=200');
  const outcomes = new Set(body.items.map(({ outcome }: { outcome: string }) => outcome));
  expect(outcomes).toEqual(new Set(['allow', 'deny', 'hide', 'limit', 'approve']));
  const limited = await ask('GET', '/decisions?outcome=limit');
  const one = await ask('GET', `/decisions/${limited.body.items[0].id}`);
  expect(one.body.usage).toEqual([{ rule: one.body.rule, counter: 'saves', before: 2, after: 2, max: 2 }]);
  expect(await ask('GET', '/decisions?limit=200')).toEqual(
    await (await open())('GET', '/decisions?limit=200'),
  );
});

it('without a gateway a policy is checked against the tools, saved on the version that was read, and rolled back', async () => {
  const ask = await open();
  const place = '/policies/pictures-by-day';
  const read = await ask('GET', place);
  const document = '{"version":"1","default":"deny","tools":{"comfy_get_quue":{}}}';
  const checked = await ask('POST', '/policies/check', { body: { document, server: 'comfyui' } });
  expect(checked.body.problems).toContainEqual(expect.objectContaining({ code: 'not_offered' }));
  const saved = await ask('PUT', place, { body: { document, note: 'less' }, ifMatch: read.etag });
  expect(saved.body).toMatchObject({
    policy: { version: 2 },
    widens: { verdict: expect.stringMatching(/yes|unknown/) },
  });
  expect(await ask('PUT', place, { body: { document, note: '' }, ifMatch: read.etag })).toMatchObject({
    status: 412,
  });
  const now = await ask('GET', place);
  await ask('POST', `${place}/rollback`, { body: { version: 1, note: '' }, ifMatch: now.etag });
  expect((await ask('GET', place)).body).toMatchObject({ version: 3, text: read.body.text });
});

it('without a gateway what needs one, is unknown, or is not what the contract expects says so', async () => {
  const ask = await open();
  expect(await ask('GET', '/webhooks')).toMatchObject({
    status: 503,
    body: { detail: expect.stringContaining('BOOMGATE_URL') },
  });
  expect(await ask('GET', '/nothing')).toMatchObject({ status: 404 });
  expect(await ask('GET', '/grants?limit=0')).toMatchObject({
    status: 422,
    body: { errors: [{ in: 'query', pointer: '/limit' }] },
  });
  await ask('DELETE', '/session');
  expect(await ask('GET', '/grants')).toMatchObject({ status: 401 });
});

it('without a gateway a policy is replayed over the log, and one is suggested that changes nothing of what passed', async () => {
  const ask = await open();
  const wanted = { server: 'comfyui', since: new Date(NOW_MS - 7 * 86_400_000).toISOString() };
  const same = await ask('POST', '/policies/replay', { body: { policy: 'pictures-by-day', ...wanted } });
  const { calls, counts, lines } = same.body;
  expect(calls).toBeGreaterThan(50);
  expect(Object.values<number>(counts).reduce((sum, one) => sum + one)).toBe(calls);
  // Nothing is decided otherwise by the policy that decided it: it is so, or not known.
  expect(new Set(lines.map(({ effect }: { effect: string }) => effect))).toEqual(new Set(['unknown']));
  const nothing = { document: '{"version":"1","default":"deny"}', ...wanted };
  const denied = await ask('POST', '/policies/replay', { body: nothing });
  expect(denied.body.lines[0]).toMatchObject({ effect: 'newly_denied', rule: '(default deny)' });
  const { body } = await ask('POST', '/policies/suggest', { body: wanted });
  expect(body.uses).toBeGreaterThan(10);
  expect(Object.keys(body.document.tools)).toEqual(body.tools.map(({ tool }: { tool: string }) => tool));
  const replayed = await ask('POST', '/policies/replay', { body: { document: body.document, ...wanted } });
  expect(replayed.body.counts).toMatchObject({
    newly_denied: expect.any(Number),
    newly_asked: 0,
    unknown: 0,
  });
  expect(await ask('POST', '/policies/replay', { body: { policy: 'gone', ...wanted } })).toMatchObject({
    status: 404,
  });
});

it('without a gateway an agent is let in once with a grant for its server, and its sign-in ends alone', async () => {
  const ask = await open();
  const place = '/agent-sign-ins/claude-code';
  const shown = await ask('GET', place);
  expect(shown.body).toMatchObject({ client: { name: 'Claude Code' }, server: 'comfyui', mayMint: true });
  expect(shown.body.grants.map(({ id }: { id: string }) => id)).toEqual(['grant-studio', 'grant-visitor']);
  const other = await ask('POST', `${place}/consent`, { body: { grant: 'grant-operations' } });
  expect(other).toMatchObject({ status: 409, body: { code: 'grant_not_offered' } });
  expect(await ask('POST', `${place}/consent`, { body: { grant: 'grant-visitor' } })).toMatchObject({
    status: 200,
  });
  expect(await ask('GET', place)).toMatchObject({ status: 400, body: { code: 'sign_on_stale' } });
  const { body } = await ask('GET', '/grants/grant-visitor/sign-ins');
  expect(body.signIns).toMatchObject([{ client: { name: 'Claude Code' }, person: 'ann@acme.example' }]);
  const signIn = `/grants/grant-visitor/sign-ins/${body.signIns[0].id}`;
  expect(await ask('DELETE', signIn)).toMatchObject({ status: 204 });
  expect(await ask('DELETE', signIn)).toMatchObject({ status: 404 });
  expect(await ask('POST', '/agent-sign-ins/chatgpt/refuse')).toMatchObject({ status: 200 });
  expect(await ask('GET', '/agent-sign-ins/chatgpt')).toMatchObject({ status: 400 });
});
