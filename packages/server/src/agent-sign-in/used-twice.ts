import type { KoaContextWithOIDC } from 'oidc-provider';
import { GATEWAY } from '../store/index.ts';
import { grantOf } from './accounts.ts';
import type { DeskParts } from './contract.ts';

/**
 * A code or a refresh token is good once: of two that show it one is not the agent, and nobody knows which. The sign-in has ended (RFC 9700
 * §4.14.2); this leaves a row in the audit log, and has others told. Nobody waits for it.
 */
export async function noteUsedTwice(parts: DeskParts, { oidc, req }: KoaContextWithOIDC): Promise<void> {
  const { AuthorizationCode, RefreshToken } = oidc.entities;
  const account = (RefreshToken ?? AuthorizationCode)?.accountId;
  if (account === undefined) return;
  const { id, organization } = grantOf(account);
  const { log, senderOf, store } = parts;
  const address = senderOf(req);
  const name = (await store.grants.get(organization, id))?.name ?? id;
  const client = { name: oidc.client?.clientName ?? oidc.client?.clientId ?? '' };
  log.warn(
    { address, grant: name, client: client.name },
    'the sign-in of an agent was ended: what is good once was used twice',
  );
  await store.audit.record(
    {
      organization,
      actor: { ...GATEWAY, address },
      action: 'grant.signed_out',
      target: { kind: 'grant', id, name },
      before: { client },
      after: { reason: 'used_twice' },
    },
    {
      kind: 'misused',
      atMs: store.nowMs(),
      about: { organization, credential: { kind: 'grant', id, name }, reason: 'used_twice', address },
    },
  );
}
