import {
  Client as NewClient,
  StreamableHTTPClientTransport as NewTransport,
} from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  ElicitationCompleteNotificationSchema,
  ElicitRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { HOLD_MS } from '../../src/limits/index.ts';
import { decide, movedClock, useCases, waitingFor } from '../cases/support/index.ts';
import type { ToolResult } from '../support/clients.ts';
import { until } from '../support/programs.ts';

/** Official clients whose sessions are of an older revision, in which a request has no rounds. */
const CLIENTS = ['sdk 1.x', 'client 2.x in its older era'] as const;
const PAGES = { elicitation: { form: {}, url: {} } };

type Shown = { readonly mode?: string; readonly url: string; readonly elicitationId: string };
type Action = 'accept' | 'decline' | 'cancel';
type Opened = {
  readonly call: (args: object) => Promise<ToolResult>;
  readonly shown: Shown[];
  readonly completed: string[];
  readonly close: () => Promise<void>;
};

const clock = movedClock(Date.parse('2026-03-02T10:00:00Z'));
const suite = useCases({ grants: () => ({ GR: {} }), gateway: { clock }, holdMs: HOLD_MS });

let refunds = 0;
function fresh(): { id: string; amount: number } {
  refunds += 1;
  return { id: `page-${refunds}`, amount: 5 };
}

const idIn = ({ url }: Shown): string => new URL(url).pathname.split('/').at(-1) ?? '';
const state = async (id: string) => (await suite().gateway.gateway.store.approvals.get(id))?.state;
const sent = (): number => suite().s1({ agent: 'legacy', server: 'modern' }).calls().length;

/** A client in front of a person who does as `answer` says with what they are shown. */
async function open(
  kind: (typeof CLIENTS)[number],
  answer: (shown: Shown) => Promise<Action>,
  capabilities: object = PAGES,
): Promise<Opened> {
  const url = new URL(suite().gateway.endpoint('s1-modern'));
  const requestInit = { headers: { authorization: `Bearer ${suite().tokenOf('GR', 'modern')}` } };
  const shown: Shown[] = [];
  const completed: string[] = [];
  const onShown = async (params: object) => {
    shown.push(params as Shown); // a cast: cases look at each member
    return { action: await answer(params as Shown) };
  };
  if (kind === 'sdk 1.x') {
    const client = new OldClient({ name: 'agent', version: '1' }, { capabilities });
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => onShown(params));
    client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => {
      completed.push(params.elicitationId);
    });
    // The SDK's own transport does not fit its own interface under exactOptionalPropertyTypes.
    await client.connect(new OldTransport(url, { requestInit }) as Parameters<typeof client.connect>[0]);
    // The result is looked at member by member.
    const call: Opened['call'] = async (args) =>
      (await client.callTool({ name: 'refund', arguments: { ...args } })) as unknown as ToolResult;
    return { call, shown, completed, close: () => client.close() };
  }
  const client = new NewClient({ name: 'agent', version: '1' }, { capabilities });
  client.setRequestHandler('elicitation/create', ({ params }) => onShown(params));
  client.setNotificationHandler('notifications/elicitation/complete', ({ params }) => {
    completed.push(params.elicitationId);
  });
  await client.connect(new NewTransport(url, { requestInit }));
  const call: Opened['call'] = async (args) =>
    // The result is looked at member by member.
    (await client.callTool({ name: 'refund', arguments: { ...args } })) as unknown as ToolResult;
  return { call, shown, completed, close: () => client.close() };
}

describe.each(CLIENTS)('a held call of an agent with a session that can show pages, %s', (kind) => {
  it('shows its person the page while it is held, and goes through when it was approved there', async () => {
    const before = sent();
    const agent = await open(kind, async (shown) => {
      expect((await fetch(shown.url)).status).toBe(200);
      await decide(suite(), idIn(shown));
      return 'accept';
    });
    expect((await agent.call(fresh())).content).toMatchObject([{ text: 'done' }]);
    expect(sent()).toBe(before + 1);
    expect(agent.shown).toMatchObject([{ mode: 'url' }]);
    await until(() => agent.completed.length > 0);
    expect(agent.completed).toEqual(agent.shown.map(({ elicitationId }) => elicitationId));
    await agent.close();
  });

  it('is pending when the page was only opened, and is not shown it again', async () => {
    const args = fresh();
    const agent = await open(kind, async () => 'accept');
    const first = agent.call(args);
    await until(() => agent.shown.length === 1);
    clock.pass(HOLD_MS);
    const id = idIn(agent.shown[0] ?? { url: '', elicitationId: '' });
    const text = (await first).content[0]?.text;
    expect(text).toContain(`[APPROVAL PENDING] ${id}`);
    // What a model reads: that nothing was done, who can change that, and the one thing to try.
    expect(text).toMatch(
      /the call was not made\. A person decides at http\S+ until \S+: tell your user, .*call again with the same arguments$/,
    );
    const again = agent.call(args);
    await decide(suite(), id);
    expect((await again).content).toMatchObject([{ text: 'done' }]);
    expect([agent.shown.length, agent.completed]).toEqual([1, []]);
    await agent.close();
  });

  it.each(['decline', 'cancel'] as const)('is withdrawn when its person answers with %s', async (action) => {
    const before = sent();
    const agent = await open(kind, async () => action);
    expect((await agent.call(fresh())).content[0]?.text).toContain('was withdrawn');
    expect(await Promise.all(agent.shown.map((one) => state(idIn(one))))).toEqual(['withdrawn']);
    expect(sent()).toBe(before);
    await agent.close();
  });

  it('is held without a page when it declares forms only', async () => {
    const agent = await open(kind, async () => 'decline', { elicitation: {} });
    const answer = agent.call(fresh());
    const { id } = await waitingFor(suite(), 'GR-modern');
    await decide(suite(), id);
    expect((await answer).content).toMatchObject([{ text: 'done' }]);
    expect(agent.shown).toEqual([]);
    await agent.close();
  });
});
