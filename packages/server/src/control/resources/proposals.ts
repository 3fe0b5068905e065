import type { Endpoints } from '@boomgate/contract';
import type { Operator } from '../../identity/index.ts';
import type {
  PolicyProposal,
  ProposalVerdict,
  SaveFault,
  VerdictFault,
  WithdrawFault,
} from '../../store/index.ts';
import { actorOf, done, type HandlersOf, openPage, pageAnswer, refuse } from '../frame/index.ts';
import { isDeclared, showProposal, showVersion } from './policies/answer.ts';
import { changeOf, NOTHING } from './policies/change.ts';

export const proposals = {
  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `proposals ${id}`, query };
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
    const base = found.base === 0 ? undefined : await policies.version(found, found.base);
    const change = await changeOf(context, { before: base?.text ?? NOTHING, after: found.text });
    return done({ ...showProposal(found, operator.person.id), text: found.text, change });
  },

  async accept(context, { body, from, operator, params }) {
    const organization = operator.organization.id;
    const { policies } = context.store;
    const found = await policies.proposal(organization, params.proposal);
    if (found === undefined) return refuse('not_found');
    if (isDeclared(context, organization, found.name)) return refuse('declared_by_file');
    const verdict = verdictOf(operator, found.id, body.note);
    const accepted = await policies.accept(verdict, actorOf(operator, from));
    if (typeof accepted === 'string') return refuse(FAULTS[accepted]);
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

const FAULTS = {
  not_found: 'not_found',
  own: 'own_proposal',
  not_own: 'not_own_proposal',
  decided: 'proposal_decided',
  stale: 'proposal_outdated',
  too_many: 'too_many_policies',
} as const satisfies Record<SaveFault | VerdictFault | WithdrawFault, string>;
