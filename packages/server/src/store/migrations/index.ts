/**
 * The schema's history: numbered, append-only steps. A step that was released is never edited; what it leaves is
 * compared with `schema.txt`. No queries of the running gateway.
 */
import type { Migration } from 'kysely/migration';
import * as first from './0001-first.ts';
import * as chain from './0002-chain.ts';
import * as stack from './0003-stack.ts';
import * as entries from './0004-entries.ts';
import * as tools from './0005-tools.ts';
import * as approvals from './0006-approvals.ts';
import * as people from './0007-people.ts';
import * as audit from './0008-audit.ts';
import * as servers from './0009-servers.ts';
import * as policies from './0010-policies.ts';
import * as grants from './0011-grants.ts';
import * as signOn from './0012-sign-on.ts';
import * as webhooks from './0013-webhooks.ts';
import * as passkeys from './0014-passkeys.ts';
import * as stopped from './0015-stopped.ts';
import * as serverSignIns from './0016-server-sign-ins.ts';
import * as agentSignIns from './0017-agent-sign-ins.ts';
import * as agentSignInPeople from './0018-agent-sign-in-people.ts';
import * as restarts from './0019-restarts.ts';
import * as removedOrganizations from './0020-removed-organizations.ts';
import * as sessionDevices from './0021-session-devices.ts';
import * as gatewayAddress from './0022-gateway-address.ts';
import * as approvalsOfOrganizations from './0023-approvals-of-organizations.ts';
import * as sessionIssuers from './0024-session-issuers.ts';
import * as directoryEntries from './0025-directory-entries.ts';
import * as ended from './0026-ended.ts';
import * as networks from './0027-networks.ts';
import * as uses from './0028-uses.ts';
import * as accessRequests from './0029-access-requests.ts';
import * as toldEnds from './0030-told-ends.ts';

/** By name, in the order of the names. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001_first': first,
  '0002_chain': chain,
  '0003_stack': stack,
  '0004_entries': entries,
  '0005_tools': tools,
  '0008_audit': audit,
  '0006_approvals': approvals,
  '0007_people': people,
  '0009_servers': servers,
  '0010_policies': policies,
  '0012_sign_on': signOn,
  '0013_webhooks': webhooks,
  '0011_grants': grants,
  '0014_passkeys': passkeys,
  '0015_stopped': stopped,
  '0016_server_sign_ins': serverSignIns,
  '0017_agent_sign_ins': agentSignIns,
  '0018_agent_sign_in_people': agentSignInPeople,
  '0019_restarts': restarts,
  '0020_removed_organizations': removedOrganizations,
  '0021_session_devices': sessionDevices,
  '0022_gateway_address': gatewayAddress,
  '0023_approvals_of_organizations': approvalsOfOrganizations,
  '0024_session_issuers': sessionIssuers,
  '0025_directory_entries': directoryEntries,
  '0026_ended': ended,
  '0027_networks': networks,
  '0028_uses': uses,
  '0029_access_requests': accessRequests,
  '0030_told_ends': toldEnds,
};
