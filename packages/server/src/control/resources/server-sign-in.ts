import type { Endpoints, ProblemCode } from '@boomgate/contract';
import { hashToken } from '../../identity/index.ts';
import { clientDocument, type Returned } from '../../server-sign-in/index.ts';
import type { ControlContext } from '../context.ts';
import {
  actorOf,
  done,
  endedCookie,
  type HandlersOf,
  type Peer,
  type Refusal,
  refuse,
} from '../frame/index.ts';
import { connectable, refuseSignIn } from './server-connections.ts';
import { type KeptServerFlow, openServerFlow, useUpServerFlow } from './server-flow.ts';

export const serverSignIn = {
  async finish(context, { from, operator, query }) {
    const kept = openServerFlow(context, from.serverSignIn);
    const session = from.session === undefined ? '' : hashToken(from.session);
    const isOurs =
      kept !== undefined &&
      kept.session === session &&
      kept.organization === operator.organization.id &&
      kept.flow.state === query.state;
    const back = { context, from };
    if (!isOurs || !(await useUpServerFlow(context, kept))) return ledBack(back, refuse('sign_on_stale'));
    const found = await connectable(context, kept);
    if (!found.ok || found.server.id !== kept.server)
      return ledBack(back, refuse('sign_in_not_possible'), kept);
    const { code, error, iss, state } = query;
    const arrival = { flow: kept.flow, returned: present({ code, error, iss, state }) };
    const made = await context.serverSignIn.finish(found.server, arrival, actorOf(operator, from));
    if (!made.ok) return ledBack(back, refuseSignIn(context, found.server, made), kept);
    await context.reapply();
    return done(undefined, leading(context, kept, 'connected'));
  },

  async client(context) {
    const { documentUrl, redirectUri } = context.serverSignIn.own();
    if (documentUrl === undefined) return refuse('not_found');
    const document = clientDocument({ redirectUri }, 'none');
    return done({ client_id: documentUrl, client_uri: context.url(), ...document });
  },
} satisfies HandlersOf<Endpoints['serverSignIn']>;

/**
 * To the page of the server, with the outcome as a code, so that no link puts words there. What the browser keeps ends with what it is of:
 * another sign-in may wait in another tab.
 */
function leading(context: ControlContext, kept: KeptServerFlow | undefined, outcome: string) {
  const page = kept === undefined ? '/servers' : `/servers/${encodeURIComponent(kept.slug)}`;
  const to = `${context.url()}${page}?${new URLSearchParams({ signIn: outcome })}`;
  const location = ['location', to] as const;
  return kept === undefined ? [location] : [location, endedCookie(context, 'serverSignIn')];
}

function ledBack<Code extends ProblemCode>(
  { context, from }: { readonly context: ControlContext; readonly from: Peer },
  refused: Refusal<Code>,
  kept?: KeptServerFlow,
) {
  return from.isNavigation ? done(undefined, leading(context, kept, refused.code)) : refused;
}

function present(values: Readonly<Record<keyof Returned, string | undefined>>): Returned {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
