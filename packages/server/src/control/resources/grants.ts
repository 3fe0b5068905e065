import type { Endpoints } from '@boomgate/contract';
import { signedOutAct } from '../../agent-sign-in/index.ts';
import { mintToken } from '../../identity/index.ts';
import type { Changed, GrantChange, GrantFault, GrantRecord, GrantState } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import {
  type ApiRequest,
  actorOf,
  changed,
  type Done,
  done,
  exported,
  type HandlersOf,
  openPage,
  pageAnswer,
  type Refusal,
  refuse,
} from '../frame/index.ts';
import { type GrantAnswer, grantAnswer, showGrant } from './grant-answer.ts';
import { newGrant, openedBy, unlessTaken } from './grant-input.ts';
import { reviewLines } from './grant-review.ts';
import { usageAnswer } from './grant-usage.ts';
import { momentOf } from './moments.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const MS_PER_SECOND = 1_000;

export const grants = {
  async list(context, { operator, query }) {
    const organization = operator.organization.id;
    const { quietForDays, server, state, text } = query;
    const filter = `${server ?? ''} ${state ?? ''} ${quietForDays ?? ''} ${text ?? ''}`;
    const asked = { list: `grants ${organization} ${filter}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const { after, limit } = page;
    const of = {
      ...{ organization, limit },
      ...(after === undefined ? {} : { after }),
      ...(server === undefined ? {} : { server }),
      ...(state === undefined ? {} : { state }),
      ...(text === undefined ? {} : { text }),
      ...(quietForDays === undefined ? {} : { quietSinceMs: context.clock.wallMs() - quietForDays * DAY_MS }),
    };
    const items = await context.store.grants.page(of);
    const used = await context.store.grants.lastUsed(items.map(({ id }) => id));
    const show = (one: GrantRecord) => grantAnswer(context, one, used.get(one.id));
    return done(pageAnswer(context, asked, { items, positionOf: ({ name }) => name, show }));
  },

  async review(context, { operator, query }) {
    const { id } = operator.organization;
    return exported(context, { operator, query }, { of: 'grants', lines: reviewLines(context, id) });
  },

  async show(context, { operator, params }) {
    const grant = await context.store.grants.get(operator.organization.id, params.grant);
    return grant === undefined ? refuse('not_found') : done(await showGrant(context, grant));
  },

  async usage(context, { operator, params }) {
    const grant = await context.store.grants.get(operator.organization.id, params.grant);
    return grant === undefined ? refuse('not_found') : done(await usageAnswer(context, grant));
  },

  async mint(context, { body, from, operator }) {
    const organization = operator.organization.id;
    const opened = await openedBy(context, organization, body);
    if (!opened.ok) return refuse('invalid_input', { errors: opened.errors });
    const { owner = operator.person.email, ...chosen } = body;
    const wanted = newGrant(context, { ...chosen, opens: opened.opens, organization, owner });
    const { hash, token } = mintToken();
    const secret = body.keepToken ? { hash, token } : { hash };
    const by = actorOf(operator, from);
    const made = await unlessTaken(() => context.store.grants.create(wanted, secret, by));
    if (made === undefined) return refuse('name_taken');
    context.changed();
    return done({ ...(await showGrant(context, made)), token });
  },

  async update(context, { body, from, operator, params }) {
    const change = changeOf(body);
    const by = actorOf(operator, from);
    const { grants: store } = context.store;
    if ((await store.get(operator.organization.id, params.grant)) === undefined) return refuse('not_found');
    const changed = await unlessTaken(() => store.update(params.grant, change, by));
    if (changed === undefined) return refuse('name_taken');
    return answerOf(context, changed);
  },

  async rotate(context, { body, from, operator, params }) {
    const { grants: store } = context.store;
    if ((await store.get(operator.organization.id, params.grant)) === undefined) return refuse('not_found');
    const { hash, token } = mintToken();
    const secret = body.keepToken ? { hash, token } : { hash };
    const overlapMs = body.overlapSeconds * MS_PER_SECOND;
    const changed = await store.rotate(params.grant, { ...secret, overlapMs }, actorOf(operator, from));
    const answer = await answerOf(context, changed);
    return answer.ok ? done({ ...answer.body, token }) : answer;
  },

  async reveal({ store }, { from, operator, params }) {
    if ((await store.grants.get(operator.organization.id, params.grant)) === undefined)
      return refuse('not_found');
    const revealed = await store.grants.reveal(params.grant, actorOf(operator, from));
    if (revealed.kind === 'done') return done({ token: revealed.token });
    return revealed.kind === 'not_kept' ? refuse('token_not_kept') : refuse(FAULTS[revealed.kind]);
  },

  pause: (context, request) => changeState(context, request, 'paused'),
  resume: (context, request) => changeState(context, request, 'active'),

  revoke: (context, request) => changeState(context, request, 'revoked'),

  async signIns({ agentSignIn, store }, { operator, params }) {
    const grant = await store.grants.get(operator.organization.id, params.grant);
    if (grant === undefined) return refuse('not_found');
    const known = await agentSignIn.ofGrant(grant);
    const signIns = known.map(({ atMs, endsAtMs, ...shown }) => ({
      ...shown,
      ...{ at: momentOf(atMs), endsAt: momentOf(endsAtMs) },
    }));
    return done({ signIns });
  },

  async endSignIn(context, { operator, params }) {
    const grant = await context.store.grants.get(operator.organization.id, params.grant);
    const ended = grant && (await context.agentSignIn.end(grant.id, params.signIn));
    if (grant === undefined || ended === undefined) return refuse('not_found');
    context.changed();
    return changed(done(undefined), signedOutAct(grant, ended));
  },
} satisfies HandlersOf<Endpoints['grants']>;

const FAULTS = {
  unknown: 'not_found',
  file: 'declared_by_file',
  revoked: 'grant_revoked',
} as const satisfies Record<GrantFault, string>;

type Refused = Refusal<(typeof FAULTS)[GrantFault]>;

async function changeState(
  context: ControlContext,
  { from, operator, params }: Pick<ApiRequest<Endpoints['grants']['pause']>, 'from' | 'operator' | 'params'>,
  state: GrantState,
): Promise<Done<GrantAnswer> | Refused> {
  const { grants: store } = context.store;
  const grant = await store.get(operator.organization.id, params.grant);
  if (grant === undefined) return refuse('not_found');
  if (grant.origin === 'file') return refuse('declared_by_file');
  if (grant.state === 'revoked') return refuse('grant_revoked');
  const kind = await store.setState(grant.id, state, actorOf(operator, from));
  return answerOf(context, kind === 'done' ? { kind, grant: { ...grant, state } } : { kind });
}

/** What became of a change; where it was made, open streams are judged again. */
async function answerOf(context: ControlContext, changed: Changed): Promise<Done<GrantAnswer> | Refused> {
  if (changed.kind !== 'done') return refuse(FAULTS[changed.kind]);
  context.changed();
  return done(await showGrant(context, changed.grant));
}

function changeOf({
  expiresAt,
  labels,
  mode,
  name,
  networks,
  owner,
  ownerMaySignIn,
}: ApiRequest<Endpoints['grants']['update']>['body']): GrantChange {
  return {
    ...(name === undefined ? {} : { name }),
    ...(labels === undefined ? {} : { labels }),
    ...(mode === undefined ? {} : { mode }),
    ...(owner === undefined ? {} : { owner }),
    ...(ownerMaySignIn === undefined ? {} : { ownerMaySignIn }),
    ...(networks === undefined ? {} : { networks }),
    ...(expiresAt === undefined ? {} : { expiresAtMs: expiresAt === null ? null : Date.parse(expiresAt) }),
  };
}
