// A team from its first person to a revoked grant, through the admin API alone. Run it against a gateway that has nobody yet:
//
//   boomgate up --data DIR          (prints the set-up code)
//   node examples/team/team.ts http://127.0.0.1:7411 CODE
import { pathToFileURL } from 'node:url';
import { type Answered, type Client, createClient } from '@boomgate/contract';
import { Client as McpClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

type TeamOptions = {
  readonly url: string;
  /** The one-time set-up code. */
  readonly code: string;
  /** The MCP server that is governed: a knowledge graph, with tools that read, write and delete. */
  readonly server?: { readonly command: string; readonly args: readonly string[] };
  /** Told of every step, in order. */
  readonly say: (line: string) => void;
};

const MEMORY = { command: 'npx', args: ['-y', '@modelcontextprotocol/server-memory'] };
export const PASSWORD = 'correct horse battery staple';

/** Deleting needs a person's yes; writing is limited; everything else passes. */
const POLICY = {
  version: '1',
  default: 'allow',
  tools: {
    create_entities: { limits: [{ counter: 'writes', max: 2, window: '1h' }] },
    delete_entities: { action: 'require_approval', reason: 'an agent wants to forget something' },
  },
};

export async function runTeam({ code, say, server = MEMORY, url }: TeamOptions): Promise<void> {
  const ann = browser(url);
  const founder = { name: 'Ann', email: 'ann@acme.example', password: PASSWORD };
  okay(await ann.setup.complete({ body: { code, organization: 'Acme', ...founder } }));
  say('Ann set the gateway up and is its admin');

  const invited = okay(
    await ann.invitations.create({ body: { email: 'bob@acme.example', role: 'approver' } }),
  );
  const token = invited.link.split('#invitation=')[1] ?? '';
  const bob = browser(url);
  okay(await bob.invitations.accept({ body: { token, name: 'Bob', password: PASSWORD } }));
  say('Bob accepted the invitation and approves calls');

  okay(
    await ann.servers.create({ body: { slug: 'memory', command: server.command, args: [...server.args] } }),
  );
  const probe = okay(await ann.servers.probe({ params: { server: 'memory' } }));
  say(`the server answers: ${JSON.stringify(probe)}`);

  const { problems } = okay(await ann.policies.check({ body: { document: POLICY, server: 'memory' } }));
  const saved = await ann.policies.create({
    body: { name: 'careful', server: 'memory', document: POLICY, note: 'to begin with' },
  });
  okay(saved);
  say(`the policy is saved, ${problems.length} problems`);

  const grant = okay(
    await ann.grants.mint({ body: { name: 'laptop', server: 'memory', policy: 'careful' } }),
  );
  say('a grant is minted');

  const agent = await connect(`${url}/mcp/memory/`, grant.token);
  const entities = [{ name: 'Ada', entityType: 'person', observations: ['wrote programs'] }];
  for (const _ of [1, 2, 3]) {
    const answer = await agent.callTool({ name: 'create_entities', arguments: { entities } });
    say(`create_entities: ${answer.isError === true ? 'refused' : 'allowed'}`);
  }

  const forgetting = agent.callTool({ name: 'delete_entities', arguments: { entityNames: ['Ada'] } });
  const asked = await waitingOne(bob);
  const own = await ann.approvals.approve({ params: { approval: asked.id }, body: {} });
  say(`Ann approves her own grant's call: ${own.ok ? 'approved' : own.problem.code}`);
  okay(await bob.approvals.approve({ params: { approval: asked.id }, body: { note: 'fine' } }));
  say(`Bob approves; delete_entities: ${(await forgetting).isError === true ? 'refused' : 'allowed'}`);

  okay(await ann.grants.revoke({ params: { grant: grant.id } }));
  const after = await agent.callTool({ name: 'read_graph', arguments: {} }).then(
    () => 'allowed',
    () => 'refused',
  );
  say(`the grant is revoked; read_graph: ${after}`);

  const { items } = okay(await ann.decisions.list({ query: { grant: 'laptop', method: 'tools/call' } }));
  for (const { outcome, rule, target } of items.toReversed()) say(`  ${target}: ${outcome} by ${rule}`);
  const { audit, decisions } = okay(await ann.audit.verify());
  const findings = [...decisions.findings, ...audit.findings];
  say(`${decisions.rows} and ${audit.rows} rows verified, ${findings.length} findings`);
}

/** A person's browser: a session in a cookie, an origin, and the token that changes need. */
export function browser(url: string): Client {
  let cookie = '';
  let csrf: string | undefined;
  return createClient({
    baseUrl: url,
    csrf: () => csrf,
    fetch: async (address, init) => {
      const response = await fetch(address, { ...init, headers: { ...init.headers, cookie, origin: url } });
      cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
      const text = await response.text();
      csrf = /"csrf":"([0-9a-f]+)"/.exec(text)?.[1] ?? csrf;
      return { status: response.status, headers: response.headers, text: async () => text };
    },
  });
}

async function connect(endpoint: string, token: string): Promise<McpClient> {
  const agent = new McpClient({ name: 'team-example', version: '1' });
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  await agent.connect(new StreamableHTTPClientTransport(new URL(endpoint), { requestInit }));
  return agent;
}

const TRIES = 100;

/** The call that waits, as soon as there is one. */
export async function waitingOne(client: Client): Promise<{ readonly id: string }> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { items } = okay(await client.approvals.list({ query: { state: 'waiting' } }));
    const [first] = items;
    if (first !== undefined) return first;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('expected a call that waits for a person, found none within ten seconds');
}

export function okay<Body>(answer: Answered<Body>): Body {
  if (!answer.ok) throw new Error(`expected success, found ${JSON.stringify(answer.problem)}`);
  return answer.body;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [url, code] = process.argv.slice(2);
  if (url === undefined || code === undefined) {
    console.error(
      'expected the address of a gateway and its set-up code: node examples/team/team.ts URL CODE',
    );
    process.exit(2);
  }
  await runTeam({ url, code, say: console.log });
  process.exit(0);
}
