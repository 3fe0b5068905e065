// What the pictures show: the demo and the team of examples/team, who go on working. Nothing in it is drawn or made up: each
// row was a call of a real client to a real server, and each change one of the admin API.
import { delimiter, dirname, join } from 'node:path';
import { startDemo } from '@boomgate/server';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { browser, okay, PASSWORD, runTeam, waitingOne } from '../../examples/team/team.ts';
import { ROOT } from '../setup.mjs';

/** As `examples/team` sets them. */
const [ANN, BOB] = ['ann@acme.example', 'bob@acme.example'];

/** By its name, as where it is installed on this machine is nobody's business. */
const MEMORY = { command: 'mcp-server-memory', args: [] };
const FOUND_AT = [join(ROOT, 'node_modules', '.bin'), dirname(process.execPath), process.env.PATH];

/** A gateway with all of it, the ids of what waits for a person in it, and how to sign in. */
export async function openWorld(data) {
  const silent = () => undefined;
  const log = { info: silent, warn: silent, error: console.error };
  const dashboard = join(ROOT, 'packages', 'dashboard', 'dist');
  // The graph is kept in the folder of the pictures, not in the package.
  const environment = {
    ...process.env,
    PATH: FOUND_AT.join(delimiter),
    MEMORY_FILE_PATH: join(data, 'graph.json'),
  };
  const options = { host: '127.0.0.1', port: 0, data, dashboard, environment, log };
  const started = await startDemo(options);
  if (!started.ok) throw new Error(started.problems.join('\n'));
  const { gateway, tour } = started.demo;
  const { url } = gateway;
  await runTeam({ url, code: gateway.setup?.code ?? '', server: MEMORY, say: silent });
  await tour(silent);
  const [ann, bob] = [await person(url, ANN), await person(url, BOB)];
  const { close, approval } = await agentAtWork(url, ann);
  const proposal = await proposed(ann, bob);
  return {
    ...{ url, email: ANN, password: PASSWORD, approval, proposal },
    close: async () => {
      await close();
      await gateway.close();
    },
  };
}

/** Works with the graph, past its limit, and then waits for a person. */
async function agentAtWork(url, ann) {
  const body = { name: 'research-agent', server: 'memory', policy: 'careful', labels: { team: 'research' } };
  const { token } = okay(await ann.grants.mint({ body }));
  const agent = new Client({ name: 'research-agent', version: '2.1.0' });
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  await agent.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp/memory/`), { requestInit }));
  const call = (name, args) => agent.callTool({ name, arguments: args }).catch(() => undefined);
  for (const name of ['Ada Lovelace', 'Grace Hopper', 'Emmy Noether', 'Mary Somerville'])
    await call('create_entities', {
      entities: [{ name, entityType: 'person', observations: ['is in the reading list'] }],
    });
  await call('read_graph', {});
  for (const query of ['Ada', 'Grace', 'Emmy']) await call('search_nodes', { query });
  // Answered when somebody decides, or when the gateway closes.
  void call('delete_entities', { entityNames: ['Grace Hopper'] });
  const { id: approval } = await waitingOne(ann);
  return { approval, close: () => agent.close().catch(() => undefined) };
}

/** A policy that Bob may change only with somebody else's consent. */
async function proposed(ann, bob) {
  const members = okay(await ann.members.list({ query: {} })).items;
  const member = members.find(({ email }) => email === BOB)?.id ?? '';
  okay(await ann.members.changeRole({ params: { member }, body: { role: 'policy_manager' } }));
  const settings = await ann.settings.read();
  okay(settings);
  const body = { requireSecondPerson: 'widening' };
  okay(await ann.settings.change({ body, ifMatch: settings.etag ?? '' }));
  const shown = await bob.policies.show({ params: { policy: 'careful' } });
  const document = JSON.parse(okay(shown).text);
  document.tools.create_entities.limits[0].max = 200;
  const note = 'the reading list has grown';
  const sent = { params: { policy: 'careful' }, body: { document, note }, ifMatch: shown.etag ?? '' };
  return okay(await bob.policies.save(sent)).proposal.id;
}

/** Somebody who is signed in. */
async function person(url, email) {
  const client = browser(url);
  okay(await client.session.signIn({ body: { email, password: PASSWORD } }));
  return client;
}
