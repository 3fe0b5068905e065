import type { Endpoints } from '@boomgate/contract';
import type { PolicyProposal, SaveFault, VerdictFault } from '../../store/index.ts';
import { actorOf, done, type HandlersOf, openPage, pageAnswer, refuse } from '../frame/index.ts';
import { isDeclared, showProposal, showVersion } from './policies/answer.ts';
import { changeOf, NOTHING } from './policies/change.ts';

export const proposals = {
  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `proposals ${id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const items = await context.store.policies.proposals(id, page);
    const positionOf = (one: PolicyProposal) => one.id;
    return done(pageAnswer(context, asked, { items, positionOf, show: showProposal }));
  },

  async show(context, { operator, params }) {
    const { policies } = context.store;
    const found = await policies.proposal(operator.organization.id, params.proposal);
    if (found === undefined) return refuse('not_found');
    const base = found.base === 0 ? undefined : await policies.version(found, found.base);
    const change = await changeOf(context, { before: base?.text ?? NOTHING, after: found.text });
    return done({ ...showProposal(found), text: found.text, change });
  },

  async accept(context, { body, from, operator, params }) {
    const organization = operator.organization.id;
    const { policies } = context.store;
    const found = await policies.proposal(organization, params.proposal);
    if (found === undefined) return refuse('not_found');
    if (isDeclared(context, organization, found.name)) return refuse('declared_by_file');
    const verdict = { organization, id: found.id, person: operator.person.id, answer: body.note };
    const accepted = await policies.accept(verdict, actorOf(operator, from));
    if (typeof accepted === 'string') return refuse(FAULTS[accepted]);
    await context.reapply();
    return done({ ...showProposal(accepted.proposal), version: showVersion(accepted.policy) });
  },

  async reject({ store }, { body, from, operator, params }) {
    const organization = operator.organization.id;
    const verdict = { organization, id: params.proposal, person: operator.person.id, answer: body.note };
    const rejected = await store.policies.reject(verdict, actorOf(operator, from));
    return typeof rejected === 'string' ? refuse(FAULTS[rejected]) : done(showProposal(rejected));
  },
} satisfies HandlersOf<Endpoints['proposals']>;

const FAULTS = {
  not_found: 'not_found',
  own: 'own_proposal',
  decided: 'proposal_decided',
  stale: 'proposal_outdated',
  too_many: 'too_many_policies',
} as const satisfies Record<SaveFault | VerdictFault, string>;
