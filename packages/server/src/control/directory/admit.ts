import { timingSafeEqual } from 'node:crypto';
import { hashToken } from '../../identity/index.ts';
import type { Provider } from '../../sign-on/index.ts';
import { FIRST_ORGANIZATION, GATEWAY } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import type { Peer } from '../frame/index.ts';
import { scimFailure } from './respond.ts';

type Admitted =
  | { readonly ok: true; readonly provider: Provider }
  | { readonly ok: false; readonly response: Response };

const BEARER = /^bearer ([\x21-\x7e]{1,512})$/i;
const MS_PER_SECOND = 1_000;

/** By the token that the file in force has for the provider's directory; where it has none, nothing is there. */
export function admitDirectory(context: ControlContext, from: Peer, id: string): Admitted {
  if (!context.allowsHost(from.host)) {
    noteRefused(context, { from, id: 'scim', reason: 'foreign_host' });
    return refused(403, 'this is not the name of the gateway');
  }
  const provider = context.signOn.find(id);
  if (provider?.directoryTokenHash === undefined) return refused(404, 'there is nothing');
  const token = BEARER.exec(from.authorization ?? '')?.[1];
  if (token !== undefined && isSame(hashToken(token), provider.directoryTokenHash))
    return { ok: true, provider };
  return { ok: false, response: refuseToken(context, from, provider) };
}

/**
 * Wrong tokens are counted for the address that they come from. The right one is never kept waiting: behind one proxy anybody could keep a
 * directory out so, and with it what it has to say of them.
 */
function refuseToken(context: ControlContext, from: Peer, { id }: Provider): Response {
  const { attempts, clock } = context.people;
  const address = `directory ${from.address}`;
  const taken = attempts.take({ account: `${address} ${id}`, address }, clock.wallMs());
  if ('waitMs' in taken) {
    const wait = String(Math.ceil(taken.waitMs / MS_PER_SECOND));
    noteRefused(context, { from, id, reason: 'too_many_attempts' });
    return scimFailure({ status: 429, detail: 'too many wrong tokens came from here' }, [
      ['retry-after', wait],
    ]);
  }
  noteRefused(context, { from, id, reason: 'wrong_credentials' });
  context.log.warn({ provider: id, address: from.remote }, 'a directory did not show the right token');
  const detail = 'expected the token that the configuration file has for this provider';
  return scimFailure({ status: 401, detail }, [['www-authenticate', 'Bearer realm="scim"']]);
}

type Refused = { readonly from: Peer; readonly id: string; readonly reason: string };

function noteRefused({ refused }: ControlContext, { from, id, reason }: Refused): void {
  const target = { kind: 'endpoint', id: `scim ${id}`, name: `scim ${id}` };
  refused({
    organization: FIRST_ORGANIZATION,
    actor: { ...GATEWAY, address: from.remote },
    target,
    reason,
  });
}

function refused(status: number, detail: string): Admitted {
  return { ok: false, response: scimFailure({ status, detail }) };
}

/** Both digests are of one length. */
function isSame(hash: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(hash), Buffer.from(expected));
}
