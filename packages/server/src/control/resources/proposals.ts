import type { AnswerOf, Endpoints } from '@boomgate/contract';
import type { Operator } from '../../identity/index.ts';
import type {
  Actor,
  Attachment,
  GrantRecord,
  PolicyProposal,
  ProposalVerdict,
  SaveFault,
  VerdictFault,
  WithdrawFault,
} from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { actorOf, done, type HandlersOf, openPage, pageAnswer, refuse } from '../frame/index.ts';
import { inForceOf, isDeclared, showProposal, showVersion } from './policies/answer.ts';
import { hasAnother, putOnGrant, replacedOn } from './policies/attach.ts';
import { changeOf, NOTHING } from './policies/change.ts';

export const proposals = {
  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `proposals ${id} ${query.state ?? ''}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const items = await context.store.policies.proposals(id, { ...page, state: query.state });
    const positionOf = (one: PolicyProposal) => one.id;
    return done(
      pageAnswer(context, asked, { items, positionOf, show: (one) => showProposal(one, operator.person.id) }),
    );
  },

  async show(context, { operator, params }) {
    const { policies } = context.store;
    const found = await policies.proposal(operator.organization.id, params.proposal);
    if (found === undefined) return refuse('not_found');
    const { replaces, text } = await replacedBy(context, found);
    const change = await changeOf(context, { before: text, after: found.text });
    const obstacle = found.state === 'waiting' ? await obstacleOf(context, found) : undefined;
    return done({
      ...showProposal(found, operator.person.id),
      ...{ text: found.text, change },
      ...(replaces === undefined ? {} : { replaces }),
      ...(obstacle === undefined ? {} : { obstacle }),
    });
  },

  async accept(context, { body, from, operator, params }) {
    const organization = operator.organization.id;
    const { policies } = context.store;
    const found = await policies.proposal(organization, params.proposal);
    if (found === undefined) return refuse('not_found');
    const verdict = verdictOf(operator, found.id, body.note);
    if (found.attach !== undefined)
      return acceptAttachment(context, { attach: found.attach, found, verdict, by: actorOf(operator, from) });
    if (isDeclared(context, organization, found.name)) return refuse('declared_by_file');
    const accepted = await policies.accept(verdict, actorOf(operator, from));
    if (typeof accepted === 'string') return refuse(FAULTS[accepted]);
    if (accepted.policy === undefined) throw new TypeError('expected a save to give a policy');
    await context.reapply();
    const shown = showProposal(accepted.proposal, operator.person.id);
    return done({ ...shown, version: showVersion(accepted.policy) });
  },

  async reject({ store }, { body, from, operator, params }) {
    const verdict = verdictOf(operator, params.proposal, body.note);
    const rejected = await store.policies.reject(verdict, actorOf(operator, from));
    if (typeof rejected === 'string') return refuse(FAULTS[rejected]);
    return done(showProposal(rejected, operator.person.id));
  },

  async withdraw({ store }, { body, from, operator, params }) {
    const verdict = verdictOf(operator, params.proposal, body.note);
    const withdrawn = await store.policies.withdraw(verdict, actorOf(operator, from));
    if (typeof withdrawn === 'string') return refuse(FAULTS[withdrawn]);
    return done(showProposal(withdrawn, operator.person.id));
  },
} satisfies HandlersOf<Endpoints['proposals']>;

function verdictOf({ organization, person }: Operator, id: string, answer: string): ProposalVerdict {
  return { organization: organization.id, id, person: person.id, answer };
}

/** What it would take the place of: of an attachment, the policy that decides the grant now. */
async function replacedBy(
  context: ControlContext,
  found: PolicyProposal,
): Promise<{ readonly replaces?: string | undefined; readonly text: string }> {
  const { attach, base, organization } = found;
  if (attach !== undefined) {
    const grant = await context.store.grants.get(organization, attach.grant);
    if (grant === undefined) return { text: NOTHING };
    const { name, text } = await replacedOn(context, grant, attach.server);
    return { replaces: name, text };
  }
  const earlier = base === 0 ? undefined : await context.store.policies.version(found, base);
  return { text: earlier?.text ?? NOTHING };
}

type Obstacle = AnswerOf<Endpoints['proposals']['show']>['obstacle'];

/** What its acceptance would be refused by, whoever accepts it. */
async function obstacleOf(context: ControlContext, found: PolicyProposal): Promise<Obstacle> {
  const { attach, base, name, organization } = found;
  if (attach !== undefined) {
    const grant = await context.store.grants.get(organization, attach.grant);
    if (grant === undefined || grant.state === 'revoked') return 'grant_revoked';
    if (await isOvertaken(context, attach, grant)) return 'proposal_outdated';
  } else if (isDeclared(context, organization, name)) return 'declared_by_file';
  const inForce = await inForceOf(context, organization, name);
  return (inForce?.version ?? 0) === base ? undefined : 'proposal_outdated';
}

/**
 * Another policy was attached to the grant since, or the one that it has says something else: to make it narrower, perhaps. Proposals of
 * before did not say which it had.
 */
async function isOvertaken(
  context: ControlContext,
  { replaces, replacesVersion, server }: Attachment,
  grant: GrantRecord,
): Promise<boolean> {
  if (replaces === undefined) return false;
  const { name = null, version } = await replacedOn(context, grant, server);
  return name !== replaces || (replacesVersion !== undefined && version !== replacesVersion);
}

type Attaching = {
  readonly attach: Attachment;
  readonly found: PolicyProposal;
  readonly verdict: ProposalVerdict;
  readonly by: Actor;
};

/** Accepted first: a crash in between leaves the grant with the policy that it had. */
async function acceptAttachment(context: ControlContext, { attach, by, found, verdict }: Attaching) {
  const { grants, policies } = context.store;
  const { name, organization } = found;
  const grant = await grants.get(organization, attach.grant);
  if (grant === undefined || grant.state === 'revoked') return refuse('grant_revoked');
  if (found.state === 'waiting' && (await isOvertaken(context, attach, grant)))
    return refuse('proposal_outdated');
  const inForce = await inForceOf(context, organization, name);
  // Another text decides by now than the one that the second person has read.
  if (inForce === undefined || inForce.version !== found.base) return refuse('proposal_outdated');
  const accepted = await policies.accept(verdict, by);
  if (typeof accepted === 'string') return refuse(FAULTS[accepted]);
  const change = { grant, policy: inForce, server: attach.server };
  if (!(await putOnGrant(context, change, by)))
    return refuse((await hasAnother(context, change)) ? 'proposal_outdated' : 'grant_revoked');
  return done({ ...showProposal(accepted.proposal, verdict.person), version: showVersion(inForce) });
}

const FAULTS = {
  not_found: 'not_found',
  own: 'own_proposal',
  not_own: 'not_own_proposal',
  decided: 'proposal_decided',
  stale: 'proposal_outdated',
  too_many: 'too_many_policies',
} as const satisfies Record<SaveFault | VerdictFault | WithdrawFault, string>;
