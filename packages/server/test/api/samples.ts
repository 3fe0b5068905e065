import type { Endpoint, Endpoints, SentTo } from '@boomgate/contract';
import { hashToken, mintSecret } from '../../src/identity/index.ts';
import { stepAt, totpCode } from '../../src/identity/people/totp.ts';
import { type DecisionRow, GATEWAY, type GrantRecord, mintToken } from '../../src/index.ts';
import { approvalAsk } from '../../src/store/conformance/approvals.ts';
import { decisionRow } from '../../src/store/conformance/fixtures.ts';
import { snapshot } from '../../src/store/conformance/tools.ts';
import { base32Bytes } from '../support/base32.ts';
import { expectOk, type Office, PASSWORD, type Somebody } from '../support/people.ts';

/** What a request is prepared from: the office, and who is going to make it. */
export type Preparing = { readonly office: Office; readonly actor: Somebody };

/** A request that succeeds for whoever may make it. */
type Sample<E extends Endpoint> = (preparing: Preparing) => Promise<SentTo<E>>;

export type Samples = {
  readonly [R in keyof Endpoints]: {
    readonly [N in keyof Endpoints[R]]: Endpoints[R][N] extends Endpoint ? Sample<Endpoints[R][N]> : never;
  };
};

const NOTHING = async () => ({});

/** One for each endpoint, or it does not compile. Records are made in the organisation of the office. */
export const SAMPLES: Samples = {
  account: {
    changePassword: async () => ({ body: { current: PASSWORD, next: `${PASSWORD}, another` } }),
    signOutEverywhere: NOTHING,
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
    show: async ({ office }) => ({ params: { decision: (await newDecision(office)).id } }),
  },
  grants: {
    list: NOTHING,
    mint: async () => ({ body: { name: crypto.randomUUID(), server: 's', policy: 'all' } }),
    pause: async ({ office }) => ({ params: { grant: (await newGrant(office)).id } }),
    resume: async ({ office }) => {
      const { id } = await newGrant(office);
      await office.gateway.store.grants.setState(id, 'paused');
      return { params: { grant: id } };
    },
    revoke: async ({ office }) => ({ params: { grant: (await newGrant(office)).id } }),
  },
  audit: { list: NOTHING, exportLines: NOTHING, exportTable: NOTHING },
  approvals: {
    list: NOTHING,
    show: async ({ office }) => ({ params: { approval: await newApproval(office) } }),
    approve: async ({ office }) => ({ params: { approval: await newApproval(office) }, body: {} }),
    deny: async ({ office }) => ({
      params: { approval: await newApproval(office) },
      body: { note: 'too much' },
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
  },
  members: {
    list: NOTHING,
    changeRole: async ({ office }) => ({
      params: { member: (await office.somebody('viewer')).member },
      body: { role: 'approver' },
    }),
    remove: async ({ office }) => ({ params: { member: (await office.somebody('viewer')).member } }),
  },
  organizations: { list: NOTHING, create: async () => ({ body: { name: 'Another' } }) },
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
  },
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
  },
  twoFactor: {
    enrol: async () => ({ body: { password: PASSWORD } }),
    confirm: async ({ actor }) => ({ body: { code: codeOf(await enrol(actor)) } }),
    renewRecoveryCodes: async ({ actor }) => ({ body: await fullProof(actor) }),
    disable: async ({ actor }) => ({ body: await fullProof(actor) }),
  },
};

export function newEmail(): string {
  return `${crypto.randomUUID()}@acme.example`;
}

/** A grant of a server that nobody asks. */
export async function newGrant({ gateway: { store } }: Office): Promise<GrantRecord> {
  const { hash } = mintToken();
  const grant = { id: crypto.randomUUID(), name: hash, organization: 'default', server: 's', policy: 'all' };
  return store.grants.create({ ...grant, labels: {}, mode: 'enforce', origin: 'minted' }, hash);
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

export async function invite({ admin }: Office, email = newEmail()) {
  const made = expectOk(await admin.client.invitations.create({ body: { email, role: 'viewer' } }));
  return { id: made.id, email, token: made.link.split('#invitation=')[1] ?? '' };
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
