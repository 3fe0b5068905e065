/**
 * What every backend of the store must do, as tests that any of them runs. Nothing of one backend, and nothing that the
 * gateway itself uses.
 */
import { afterEach, describe } from 'vitest';
import { describeAccessRequests } from './access-requests.ts';
import { describeAccessTokens } from './access-tokens.ts';
import { describeAccounts } from './accounts.ts';
import { describeAgentSignIns } from './agent-sign-ins.ts';
import { describeApprovals } from './approvals.ts';
import { describeAudit } from './audit.ts';
import { describeDirectory } from './directory.ts';
import { describeEndings } from './endings.ts';
import { type StorePlace, TestClock } from './fixtures.ts';
import { describeGatewayAddress } from './gateway-address.ts';
import { describeGrants } from './grants.ts';
import { describeJournal } from './journal.ts';
import { describeDecisionLog } from './log.ts';
import { describeOrganizations } from './organizations.ts';
import { describeOver } from './over.ts';
import { describePages } from './pages.ts';
import { describePasskeys } from './passkeys.ts';
import { describePeople } from './people.ts';
import { describePolicies } from './policies.ts';
import { describeRegistries } from './registries.ts';
import { describeReservations } from './reservations.ts';
import { describeRetention } from './retention.ts';
import { describeServerSignIns } from './server-sign-ins.ts';
import { describeServers } from './servers.ts';
import { describeSignOn } from './sign-on.ts';
import { describeStats } from './stats.ts';
import { describeTime } from './time.ts';
import { describeTools } from './tools.ts';
import { describeWebhooks } from './webhooks.ts';

export * from './fixtures.ts';

/** The parts of the suite, each about one repository or one promise. */
const PARTS = {
  reservations: describeReservations,
  time: describeTime,
  journal: describeJournal,
  decisionLog: describeDecisionLog,
  grants: describeGrants,
  accessTokens: describeAccessTokens,
  accessRequests: describeAccessRequests,
  registries: describeRegistries,
  policies: describePolicies,
  servers: describeServers,
  serverSignIns: describeServerSignIns,
  agentSignIns: describeAgentSignIns,
  tools: describeTools,
  pages: describePages,
  audit: describeAudit,
  retention: describeRetention,
  over: describeOver,
  endings: describeEndings,
  stats: describeStats,
  approvals: describeApprovals,
  passkeys: describePasskeys,
  people: describePeople,
  accounts: describeAccounts,
  organizations: describeOrganizations,
  signOn: describeSignOn,
  directory: describeDirectory,
  gatewayAddress: describeGatewayAddress,
  webhooks: describeWebhooks,
} as const;

type Part = keyof typeof PARTS;
// The keys of the table are the parts.
const ALL = Object.keys(PARTS) as Part[];

/** What the data plane asks of a store. */
export const CALLS: readonly Part[] = ['reservations', 'time', 'journal', 'approvals'];

/** What goes through the journal or is told to others: all that a counter elsewhere, and its feed, could change. */
export const COUNTED: readonly Part[] = [
  ...CALLS,
  'decisionLog',
  'grants',
  'registries',
  'retention',
  'stats',
];

/** What every backend must do, or those `parts` of it. `makePlace` gives a fresh, empty place for each test. */
export function describeStore(
  name: string,
  makePlace: () => Promise<StorePlace>,
  parts: readonly Part[] = ALL,
): void {
  const open: AsyncDisposable[] = [];
  const places: StorePlace[] = [];

  afterEach(async () => {
    for (const store of open.splice(0)) await store[Symbol.asyncDispose]();
    for (const place of places.splice(0)) await place.dispose();
  });

  async function start() {
    const place = await makePlace();
    places.push(place);
    const clock = new TestClock();
    const opened = async (as: 'gateway' | 'writer') => {
      const store = await place.open(clock, as);
      open.push(store);
      return store;
    };
    const reopen = async () => {
      for (const store of open.splice(0)) await store[Symbol.asyncDispose]();
      return opened('gateway');
    };
    const store = await reopen();
    return { clock, store, reopen, beside: () => opened('writer'), kept: () => place.kept() };
  }

  describe(`the store of ${name}`, () => {
    for (const part of parts) PARTS[part](start);
  });
}
