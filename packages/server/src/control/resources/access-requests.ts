import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { uuidv7 } from 'uuidv7';
import { mintToken, type Operator } from '../../identity/index.ts';
import type { AccessFault, AccessRequest } from '../../store/index.ts';
import {
  actorOf,
  type Done,
  done,
  type HandlersOf,
  openPage,
  pageAnswer,
  type Refusal,
  refuse,
  refuseAttempt,
} from '../frame/index.ts';
import { newGrant, openedBy, unlessTaken } from './grant-input.ts';
import { serverInForce } from './in-force.ts';
import { momentOf } from './moments.ts';

type Answer = AnswerOf<Endpoints['accessRequests']['show']>;

export const accessRequests = {
  async list(context, { operator, query }) {
    const organization = operator.organization.id;
    const person = readsAll(operator) ? undefined : operator.person.id;
    const asked = { list: `access requests ${organization} ${person ?? ''} ${query.state ?? ''}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const of = { organization, person, state: query.state };
    const items = await context.store.accessRequests.list({ ...page, ...of });
    const positionOf = ({ id }: AccessRequest) => id;
    return done(pageAnswer(context, asked, { items, positionOf, show: (one) => show(one, operator) }));
  },

  async ask(context, { body, from, operator }) {
    const { id: organization } = operator.organization;
    const server = serverInForce(context, organization, body.server)?.slug;
    if (server === undefined) {
      const message = 'expected the name of a server of the organisation';
      return refuse('invalid_input', { errors: [{ in: 'body', pointer: '/server', message }] });
    }
    const { email, id: person } = operator.person;
    // Each sends letters, also one that is taken back at once.
    const each = `access of ${person}`;
    const attempt = { account: `${each} to ${server}`, address: each };
    const taken = context.people.attempts.take(attempt, context.clock.wallMs());
    if ('waitMs' in taken) return refuseAttempt({ fault: 'too_many_attempts', waitMs: taken.waitMs });
    const request = { id: uuidv7(), organization, person, email, server, note: body.note };
    const asked = await context.store.accessRequests.ask(request, actorOf(operator, from));
    if (typeof asked === 'string') return refuse(asked === 'asked' ? 'access_asked' : asked);
    return done(show(asked, operator));
  },

  async show({ store }, { operator, params }) {
    const found = await store.accessRequests.find(operator.organization.id, params.request);
    const isSeen = readsAll(operator) || found?.person === operator.person.id;
    return found === undefined || !isSeen ? refuse('not_found') : done(show(found, operator));
  },

  async grant(context, { body, from, operator, params }) {
    const { accessRequests: requests, people } = context.store;
    const organization = operator.organization.id;
    const found = await requests.find(organization, params.request);
    const owner = found && (await people.accounts.find(found.person))?.email;
    if (found === undefined || owner === undefined) return refuse('not_found');
    if (found.state !== 'waiting') return refuse('access_decided');
    const { note: answer, policy, ...chosen } = body;
    const opened = await openedBy(context, organization, { server: found.server, policy });
    if (!opened.ok) return refuse('invalid_input', { errors: opened.errors });
    const { opens } = opened;
    const grant = newGrant(context, { ...chosen, opens, organization, owner, ownerMaySignIn: true });
    // Nobody is told it: their agents sign in. An admin can rotate it for one that cannot.
    const token = { hash: mintToken().hash };
    const verdict = { organization, id: found.id, answer };
    const by = actorOf(operator, from);
    const granted = await unlessTaken(() => requests.grant(verdict, { grant, token }, by));
    if (granted === undefined) return refuse('name_taken');
    if (typeof granted === 'string') return refuse(FAULTS[granted]);
    context.changed();
    return done(show(granted.request, operator));
  },

  async decline({ store }, { body, from, operator, params }) {
    const verdict = { organization: operator.organization.id, id: params.request, answer: body.note };
    return answerOf(await store.accessRequests.decline(verdict, actorOf(operator, from)), operator);
  },

  async withdraw({ store }, { body, from, operator, params }) {
    const verdict = { organization: operator.organization.id, id: params.request, answer: body.note };
    const own = { ...verdict, person: operator.person.id };
    return answerOf(await store.accessRequests.withdraw(own, actorOf(operator, from)), operator);
  },
} satisfies HandlersOf<Endpoints['accessRequests']>;

const FAULTS = { not_found: 'not_found', decided: 'access_decided' } as const satisfies Record<
  AccessFault,
  string
>;

function answerOf(
  became: AccessRequest | AccessFault,
  operator: Operator,
): Done<Answer> | Refusal<(typeof FAULTS)[AccessFault]> {
  return typeof became === 'string' ? refuse(FAULTS[became]) : done(show(became, operator));
}

/** Who decides about requests sees all of them. */
function readsAll(operator: Operator): boolean {
  return operator.may('manage_grants');
}

function show(request: AccessRequest, operator: Operator): Answer {
  const { answer, askedAtMs, decidedAtMs, decidedBy, email, grant, id, note, person, server, state } =
    request;
  return {
    ...{ id, state, server, by: email, isOwn: person === operator.person.id, note },
    askedAt: momentOf(askedAtMs),
    ...(decidedAtMs === undefined ? {} : { decidedAt: momentOf(decidedAtMs) }),
    ...(decidedBy === undefined ? {} : { decidedBy }),
    ...(answer === undefined ? {} : { answer }),
    ...(grant === undefined ? {} : { grant }),
  };
}
