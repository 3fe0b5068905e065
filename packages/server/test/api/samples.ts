import type { Endpoint, Endpoints, SentTo } from '@boomgate/contract';
import { uuidv7 } from 'uuidv7';
import { hashToken, mintSecret } from '../../src/identity/index.ts';
import { stepAt, totpCode } from '../../src/identity/people/totp.ts';
import { type DecisionRow, GATEWAY, type GrantRecord, mintToken } from '../../src/index.ts';
import { approvalAsk } from '../../src/store/conformance/approvals.ts';
import { decisionRow } from '../../src/store/conformance/fixtures.ts';
import { storedServer } from '../../src/store/conformance/servers.ts';
import { snapshot } from '../../src/store/conformance/tools.ts';
import { newAuthenticator } from '../support/authenticator.ts';
import { base32Bytes } from '../support/base32.ts';
import { passkeyOf, signInWith, withPasskey } from '../support/passkeys.ts';
import { expectOk, type Office, PASSWORD, type Somebody } from '../support/people.ts';

/** What a request is prepared from: the office, and who is going to make it. */
type Preparing = { readonly office: Office; readonly actor: Somebody };

/** A request that succeeds for whoever may make it. */
type Sample<E extends Endpoint> = (preparing: Preparing) => Promise<SentTo<E>>;

type Samples = {
  readonly [R in keyof Endpoints]: {
    readonly [N in keyof Endpoints[R]]: Endpoints[R][N] extends Endpoint ? Sample<Endpoints[R][N]> : never;
  };
};

/** A tool of the bundled entries. */
const INDEXED = { server: 'godot', tool: 'write_file' } as const;

/** Of a client; an organisation but the first may start no program. */
const CONFIGURATION = '{ "mcpServers": { "far": { "url": "https://mcp.example.com/" } } }';

const NOTHING = async () => ({});

/** One for each endpoint, or it does not compile. Records are made in the organisation of the office. */
export const SAMPLES: Samples = {
  accessRequests: {
    list: NOTHING,
    ask: async () => ({ body: { server: 's' } }),
    show: async ({ actor, office }) => ({ params: { request: await newAccessRequest(office, actor) } }),
    grant: async ({ actor, office }) => ({
      params: { request: await newAccessRequest(office, actor) },
      body: { name: crypto.randomUUID(), policy: 'all' },
    }),
    decline: async ({ actor, office }) => ({
      params: { request: await newAccessRequest(office, actor) },
      body: {},
    }),
    withdraw: async ({ actor, office }) => ({
      params: { request: await newAccessRequest(office, actor) },
      body: {},
    }),
  },
  account: {
    change: async () => ({ body: { name: 'Another' } }),
    changePassword: async () => ({ body: { current: PASSWORD, next: `${PASSWORD}, another` } }),
    sessions: NOTHING,
    endSession: async ({ actor }) => {
      const { sessions } = expectOk(await actor.client.account.sessions());
      return { params: { session: sessions[0]?.id ?? '' } };
    },
    signOutEverywhere: NOTHING,
    leave: NOTHING,
  },
  agentSignIns: {
    show: async () => ({ params: { signIn: 'x' } }),
    consent: async () => ({ params: { signIn: 'x' }, body: { grant: 'x' } }),
    refuse: async () => ({ params: { signIn: 'x' } }),
  },
  apiKeys: {
    create: async () => ({ body: { name: 'script', role: 'viewer', expiresInDays: 1 } }),
    list: NOTHING,
    revoke: async ({ office }) => ({ params: { apiKey: await newApiKey(office) } }),
  },
  decisions: {
    list: NOTHING,
    exportLines: NOTHING,
    exportTable: NOTHING,
    stream: NOTHING,
    show: async ({ office }) => ({ params: { decision: (await newDecision(office)).id } }),
  },
  grants: {
    list: NOTHING,
    review: NOTHING,
    mint: async () => ({ body: { name: crypto.randomUUID(), server: 's', policy: 'all' } }),
    show: async ({ office }) => ({ params: { grant: (await newGrant(office)).id } }),
    usage: async ({ office }) => ({ params: { grant: (await newGrant(office)).id } }),
    signIns: async ({ office }) => ({ params: { grant: (await newGrant(office)).id } }),
    endSignIn: async ({ office }) => ({ params: { grant: (await newGrant(office)).id, signIn: 'x' } }),
    update: async ({ office }) => ({
      params: { grant: (await newGrant(office)).id },
      body: { name: crypto.randomUUID(), owner: null },
    }),
    rotate: async ({ office }) => ({ params: { grant: (await newGrant(office)).id }, body: {} }),
    reveal: async ({ office }) => ({ params: { grant: (await newGrant(office, 'a token')).id } }),
    pause: async ({ office }) => ({ params: { grant: (await newGrant(office)).id } }),
    resume: async ({ office }) => {
      const { id } = await newGrant(office);
      await office.gateway.store.grants.setState(id, 'paused');
      return { params: { grant: id } };
    },
    revoke: async ({ office }) => ({ params: { grant: (await newGrant(office)).id } }),
  },
  audit: { list: NOTHING, verify: NOTHING, exportLines: NOTHING, exportTable: NOTHING },
  approvals: {
    list: NOTHING,
    stream: NOTHING,
    show: async ({ office }) => ({ params: { approval: await newApproval(office) } }),
    approve: async ({ office }) => ({ params: { approval: await newApproval(office) }, body: {} }),
    deny: async ({ office }) => ({
      params: { approval: await newApproval(office) },
      body: { note: 'too much' },
    }),
  },
  attacks: { list: NOTHING, show: async () => ({ params: { attack: 'tool-poisoning' } }) },
  catalogue: {
    search: async () => ({ query: { words: 'file' } }),
    server: async () => ({ params: { server: INDEXED.server } }),
    entry: async () => ({ params: { server: INDEXED.server } }),
    tool: async () => ({ params: INDEXED }),
    classify: async () => ({ body: { tools: [{ name: 'delete_file' }] } }),
    recommend: async () => ({ params: { server: 's' } }),
  },
  gateway: { read: NOTHING, testLetter: NOTHING },
  notifications: { read: NOTHING, change: async () => ({ body: { letters: false } }) },
  webhooks: {
    list: NOTHING,
    create: async () => ({ body: { name: crypto.randomUUID(), url: NOWHERE } }),
    update: async ({ office }) => ({ params: await newWebhook(office), body: { state: 'paused' } }),
    remove: async ({ office }) => ({ params: await newWebhook(office) }),
    rotateSecret: async ({ office }) => ({ params: await newWebhook(office) }),
    test: async ({ office }) => ({ params: await newWebhook(office) }),
    deliveries: async ({ office }) => ({ params: await newWebhook(office) }),
    redeliver: async ({ office }) => {
      const params = await newWebhook(office);
      const { outbox } = office.gateway.store;
      const place = { organization: 'default', webhook: params.webhook };
      const delivery = await outbox.add({ kind: 'test', ...place, url: NOWHERE, body: '{}' });
      await outbox.settle(delivery, { state: 'given_up', last: '' });
      return { params: { ...params, delivery } };
    },
  },
  stack: {
    read: NOTHING,
    preview: async () => ({ body: { text: CONFIGURATION } }),
    register: async () => ({
      body: { text: CONFIGURATION, servers: [{ name: 'far', slug: crypto.randomUUID() }] },
    }),
  },
  invitations: {
    create: async () => ({ body: { email: newEmail(), role: 'viewer' } }),
    list: NOTHING,
    revoke: async ({ office }) => ({ params: { invitation: (await invite(office)).id } }),
    preview: async ({ office }) => ({ body: { token: (await invite(office)).token } }),
    accept: async ({ office }) => ({
      body: { token: (await invite(office)).token, name: 'Bob', password: PASSWORD },
    }),
    join: async ({ actor, office }) => ({ body: { token: (await invitedElsewhere(office, actor)).token } }),
  },
  members: {
    list: NOTHING,
    changeRole: async ({ office }) => ({
      params: { member: (await office.somebody('viewer')).member },
      body: { role: 'approver' },
    }),
    endSessions: async ({ office }) => ({ params: { member: (await office.somebody('viewer')).member } }),
    remove: async ({ office }) => ({ params: { member: (await office.somebody('viewer')).member } }),
  },
  overview: { read: NOTHING },
  organizations: { list: NOTHING, create: async () => ({ body: { name: 'Another' } }) },
  policies: {
    list: NOTHING,
    create: async () => ({ body: { name: crypto.randomUUID(), document: NO_ACCESS } }),
    show: async ({ office }) => ({ params: { policy: await newPolicy(office) } }),
    save: async ({ office }) => ({
      params: { policy: await newPolicy(office) },
      body: { document: NO_ACCESS },
      ifMatch: '"1"',
    }),
    rollback: async ({ office }) => ({
      params: { policy: await newPolicy(office) },
      body: { version: 1 },
      ifMatch: '"1"',
    }),
    remove: async ({ office }) => ({ params: { policy: await newPolicy(office) }, ifMatch: '"1"' }),
    versions: async ({ office }) => ({ params: { policy: await newPolicy(office) } }),
    version: async ({ office }) => ({ params: { policy: await newPolicy(office), version: 1 } }),
    difference: async ({ office }) => ({
      params: { policy: await newPolicy(office) },
      body: { before: 1, after: 1 },
    }),
    check: async () => ({ body: { document: NO_ACCESS } }),
    simulate: async () => ({ body: { document: NO_ACCESS, calls: [{ tool: 'pay' }] } }),
    replay: async () => ({ body: { document: NO_ACCESS, server: 's' } }),
    suggest: async () => ({ body: { server: 's' } }),
    attach: async ({ office }) => ({
      params: { grant: (await newGrant(office)).id },
      body: { policy: await newPolicy(office) },
    }),
  },
  proposals: {
    list: NOTHING,
    show: async ({ office }) => ({ params: { proposal: await newProposal(office) } }),
    accept: async ({ office }) => ({ params: { proposal: await newProposal(office) }, body: {} }),
    reject: async ({ office }) => ({ params: { proposal: await newProposal(office) }, body: {} }),
    withdraw: async ({ actor, office }) => ({
      params: { proposal: await newProposal(office, actor.person) },
      body: {},
    }),
  },
  passwords: {
    forgot: async () => ({ body: { email: newEmail() } }),
    reset: async ({ actor, office }) => ({
      body: { token: await newPasswordLink(office, actor), password: PASSWORD },
    }),
  },
  servers: {
    list: NOTHING,
    definitions: async ({ office }) => {
      const { tool } = await newHeldTool(office);
      return { params: { server: 's' }, query: { tool } };
    },
    accept: async ({ office }) => ({ params: { server: 's' }, body: await newHeldTool(office) }),
    create: async () => ({ body: { slug: crypto.randomUUID(), url: 'http://127.0.0.1:9/mcp' } }),
    show: async ({ office }) => ({ params: { server: (await newServer(office)).slug } }),
    update: async ({ office }) => ({ ...(await changeOfServer(office)), body: { drift: 'hold' } }),
    credentials: async ({ office }) => ({
      ...(await changeOfServer(office)),
      body: { headers: { 'x-key': 'new' } },
    }),
    remove: async ({ office }) => changeOfServer(office),
    probe: async ({ office }) => ({ params: { server: (await newServer(office)).slug } }),
    restart: async ({ office }) => ({ params: { server: (await newServer(office)).slug } }),
    connect: async ({ office }) => ({
      params: { server: (await newServer(office)).slug },
      body: { grant: 'client_credentials', clientId: 'a', clientSecret: 'b' },
    }),
    disconnect: async ({ office }) => ({ params: { server: await newSignedIn(office) } }),
  },
  serverSignIn: { finish: NOTHING, client: NOTHING },
  session: {
    signIn: async ({ actor }) => ({ body: { email: actor.email, password: PASSWORD } }),
    read: NOTHING,
    switchOrganization: async ({ actor }) => {
      const { organization } = expectOk(await actor.client.session.read());
      return { body: { organization: organization.id } };
    },
    signOut: NOTHING,
  },
  settings: {
    read: NOTHING,
    change: async ({ office, actor }) => ({ body: { name: 'Acme' }, ifMatch: await tagFor(office, actor) }),
  },
  setup: {
    read: NOTHING,
    complete: async ({ office }) => ({
      body: {
        code: office.gateway.setup?.code ?? '',
        organization: 'Acme',
        name: 'Ann',
        email: 'ann@acme.example',
        password: PASSWORD,
      },
    }),
  },
  // The office has no provider; sign-on.test.ts has.
  signOn: {
    providers: NOTHING,
    start: async () => ({ params: { provider: 'corp' } }),
    finish: async () => ({ params: { provider: 'corp' } }),
    logout: async () => ({ params: { provider: 'corp' }, body: {} }),
  },
  passkeys: {
    list: NOTHING,
    begin: async () => ({ body: { password: PASSWORD } }),
    add: async ({ actor, office }) => ({
      body: await passkeyOf(actor, { device: newAuthenticator(office.gateway.url) }),
    }),
    // Each removes their own; somebody of another organisation tries to remove that of an admin here.
    remove: async ({ actor, office }) => {
      const isHere = await office.gateway.store.people.members.ofPerson('default', actor.person);
      const whose = isHere === undefined ? office.admin : actor;
      return { params: { passkey: (await withPasskey(whose, office.gateway.url)).id } };
    },
    beginSignIn: async () => ({ body: {} }),
    signIn: async ({ actor, office }) => {
      const { device } = await withPasskey(actor, office.gateway.url);
      return { body: await signInWith(office.visitor().client, device) };
    },
  },
  stats: { read: NOTHING },
  twoFactor: {
    enrol: async () => ({ body: { password: PASSWORD } }),
    confirm: async ({ actor }) => ({ body: { code: codeOf(await enrol(actor)) } }),
    renewRecoveryCodes: async ({ actor }) => ({ body: await fullProof(actor) }),
    disable: async ({ actor }) => ({ body: await fullProof(actor) }),
  },
};

/** Where nobody listens. */
const NOWHERE = 'http://127.0.0.1:9/hook';

/** Paused, so that nobody is told anything. */
async function newWebhook({ gateway }: Office): Promise<{ readonly webhook: string }> {
  const id = uuidv7();
  const wanted = { id, organization: 'default', name: id, kind: 'json', events: ['asked'] } as const;
  await gateway.store.webhooks.create({ ...wanted, state: 'paused', url: NOWHERE, secret: id }, GATEWAY);
  return { webhook: id };
}

export function newEmail(): string {
  return `${crypto.randomUUID()}@acme.example`;
}

const NO_ACCESS = { version: '1', default: 'deny' };

/** Of the first organisation, in version 1; its name. */
async function newPolicy({ gateway: { store } }: Office): Promise<string> {
  const save = { organization: 'default', name: crypto.randomUUID(), base: 0, note: '' };
  await store.policies.save({ ...save, text: JSON.stringify(NO_ACCESS) }, GATEWAY);
  return save.name;
}

/** Of somebody who is not there any more. */
async function newProposal({ gateway: { store } }: Office, person = 'somebody'): Promise<string> {
  const save = { organization: 'default', name: crypto.randomUUID(), base: 0, note: '' };
  const more = { id: uuidv7(), person, widens: 'no', text: JSON.stringify(NO_ACCESS) };
  await store.policies.propose({ ...save, ...more }, GATEWAY);
  return more.id;
}

/** Of whoever makes the request, for a server of its own each time. */
async function newAccessRequest(
  { gateway: { store } }: Office,
  { email, person }: Somebody,
): Promise<string> {
  const id = uuidv7();
  const request = { id, organization: 'default', person, email, server: 's', note: '' };
  await store.accessRequests.ask(request, GATEWAY);
  return id;
}

/** A grant of a server that nobody asks. */
export async function newGrant({ gateway: { store } }: Office, token?: string): Promise<GrantRecord> {
  const { hash } = mintToken();
  const grant = { id: crypto.randomUUID(), name: hash, organization: 'default', server: 's', policy: 'all' };
  return store.grants.create(
    { ...grant, labels: {}, mode: 'enforce', origin: 'minted' },
    token === undefined ? hash : { hash, token },
  );
}

export async function newDecision({ gateway }: Office, change: Partial<DecisionRow> = {}) {
  const row = decisionRow({ id: crypto.randomUUID(), ...change });
  await gateway.store.journal.record(row);
  return row;
}

/** A tool of the server that nobody asks, as if it had been offered. */
async function newHeldTool({ gateway: { store } }: Office) {
  const key = { tool: crypto.randomUUID(), fingerprint: hashToken(crypto.randomUUID()) };
  const owner = { organization: 'default', server: 's' };
  const {
    decidedAtMs: _,
    decidedBy: __,
    ...seen
  } = snapshot(key.tool, key.fingerprint, { ...owner, state: 'held' });
  await store.tools.record(owner, { seen: [seen], gone: [] });
  return key;
}

/** A stored server that nobody listens at. */
function newServer({ gateway: { store } }: Office) {
  return storedServer(store, { entry: { url: 'http://127.0.0.1:9/mcp' } });
}

async function changeOfServer(office: Office) {
  const { slug, version } = await newServer(office);
  return { params: { server: slug }, ifMatch: `"${version}"` };
}

/** One that waits, for a grant of its own. */
export async function newApproval(office: Office): Promise<string> {
  const { id: grantId, name: grantName } = await newGrant(office);
  const ask = approvalAsk({ binding: grantId, call: grantId, grantId, grantName });
  const asked = await office.gateway.store.journal.ask(ask, '{"amount":5}', () =>
    decisionRow({ id: crypto.randomUUID(), grantId, grantName, outcome: 'approve', forwarded: false }),
  );
  return asked.kind === 'full' ? '' : asked.approval.id;
}

export async function newApiKey({ admin }: Office): Promise<string> {
  const body = { name: 'script', role: 'viewer', expiresInDays: 1 } as const;
  return expectOk(await admin.client.apiKeys.create({ body })).id;
}

export async function invite({ admin }: Pick<Office, 'admin'>, email = newEmail()) {
  const made = expectOk(await admin.client.invitations.create({ body: { email, role: 'viewer' } }));
  return { id: made.id, email, token: made.link.split('#invitation=')[1] ?? '' };
}

/** Somebody of one organisation to another one. */
export async function invitedElsewhere(office: Office, { email }: Pick<Somebody, 'email'>) {
  return await invite({ admin: await office.somebody('admin', await office.elsewhere()) }, email);
}

export async function enrol(actor: Somebody): Promise<string> {
  return expectOk(await actor.client.twoFactor.enrol({ body: { password: PASSWORD } })).secret;
}

/** The code of an authenticator with this secret at this time. */
export function codeOf(secret: string, nowMs = Date.now()): string {
  return totpCode(base32Bytes(secret), stepAt(nowMs));
}

async function fullProof(actor: Somebody) {
  const code = codeOf(await enrol(actor));
  const confirmed = expectOk(await actor.client.twoFactor.confirm({ body: { code } }));
  return { password: PASSWORD, code: confirmed.recoveryCodes[0] ?? '' };
}

/** Of the settings of whoever asks, where they may read them. */
async function tagFor({ admin }: Office, actor: Somebody): Promise<string> {
  const own = await actor.client.settings.read();
  const read = own.ok ? own : await admin.client.settings.read();
  return (read.ok ? read.etag : undefined) ?? '';
}

/** A link for a forgotten password, as it is sent. */
async function newPasswordLink({ gateway }: Office, { person }: Somebody): Promise<string> {
  const { hash, token } = mintSecret('bgr_');
  const reset = { person, tokenHash: hash, expiresAtMs: Date.now() + 60_000 };
  await gateway.store.people.passwordResets.open(reset, GATEWAY);
  return token;
}

/** A server at which the gateway is signed in, by the store. */
async function newSignedIn(office: Office): Promise<string> {
  const { id, organization, slug } = await newServer(office);
  const [issuer, resource] = ['https://as.example', 'http://127.0.0.1:9/mcp'];
  const facts = { issuer, address: resource, scopes: [], grant: 'client_credentials', renews: true } as const;
  const tokens = { secret: JSON.stringify({ resource, metadata: {} }) };
  const made = { facts, client: { issuer, secret: '{}' }, tokens };
  await office.gateway.store.serverSignIns.connect({ organization, server: id, slug }, made, GATEWAY);
  return slug;
}
