import { CSRF_HEADER, IDEMPOTENCY_HEADER } from '@boomgate/contract';
import { addressKey, senderOf, toldAddress } from '../../identity/index.ts';
import type { ControlContext } from '../context.ts';
import type { ApiCall } from './call.ts';
import { readCookie } from './cookies.ts';

/** What the headers of a request say, before anything of it is believed. */
export type Peer = {
  /** Stands for the address where attempts are counted. */
  readonly address: string;
  /** As it is, for the audit log; empty when it is not known. */
  readonly remote: string;
  readonly host: string;
  readonly origin: string | undefined;
  /** What the browser says of how the page that asks stands to the gateway. */
  readonly site: string | undefined;
  /** The browser itself goes there, and shows its person what it gets; browsers send `Sec-Fetch-Mode` over TLS alone. */
  readonly isNavigation: boolean;
  readonly authorization: string | undefined;
  readonly session: string | undefined;
  /** What the browser keeps of a sign-in that is under way at a provider. */
  readonly signOn: string | undefined;
  /** The same of the gateway's own sign-in at a server. */
  readonly serverSignIn: string | undefined;
  /** Whether this sign-in of an agent was begun in this browser. */
  readonly hasBegun: (agentSignIn: string) => boolean;
  /** What the browser says of itself. */
  readonly userAgent: string | undefined;
  readonly csrf: string | undefined;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** Of the last event that a stream gave before it broke off. */
  readonly lastEventId: string | undefined;
};

export function peerOf(context: ControlContext, { env, req }: ApiCall): Peer {
  const address = addressOf(context, req.header('x-forwarded-for'), env);
  return {
    address: addressKey(address),
    remote: address ?? '',
    host: req.header('host') ?? '',
    origin: req.header('origin'),
    site: req.header('sec-fetch-site'),
    isNavigation: (req.header('accept') ?? '').includes('text/html'),
    authorization: req.header('authorization'),
    session: readCookie(context, 'session', req.header('cookie')),
    signOn: readCookie(context, 'signOn', req.header('cookie')),
    serverSignIn: readCookie(context, 'serverSignIn', req.header('cookie')),
    hasBegun: (agentSignIn) => readCookie(context, { agentSignIn }, req.header('cookie')) === agentSignIn,
    userAgent: req.header('user-agent'),
    csrf: req.header(CSRF_HEADER),
    ifMatch: req.header('if-match'),
    idempotencyKey: req.header(IDEMPOTENCY_HEADER),
    lastEventId: req.header('last-event-id'),
  };
}

function addressOf(
  { addressOf: systemAddress, isBehindProxy }: ControlContext,
  forwarded: string | undefined,
  env: ApiCall['env'],
): string | undefined {
  return toldAddress(
    senderOf(env?.incoming && systemAddress(env.incoming), isBehindProxy ? forwarded : undefined),
  );
}
