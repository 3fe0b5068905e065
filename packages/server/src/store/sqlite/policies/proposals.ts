import { POLICY_BOUNDS } from '../../../limits/index.ts';
import type { Actor, PolicyProposal, PolicyVersions, ProposalVerdict, VerdictFault } from '../../contract.ts';
import { build, type PolicyProposalRecord } from '../tables.ts';
import type { PolicyDesk } from './desk.ts';
import { digest, putInForce } from './save.ts';
import { authorOf, inForce } from './versions.ts';

type Proposals = Pick<
  PolicyVersions,
  'propose' | 'proposals' | 'proposal' | 'accept' | 'reject' | 'withdraw'
>;

export function proposalsOf(desk: PolicyDesk): Proposals {
  return {
    async propose(save, by) {
      return desk.write(() => {
        // What is attached may be declared by a file, which the store has no version in force of.
        const isSave = save.attach === undefined;
        if (isSave && (inForce(desk, save)?.version ?? 0) !== save.base) return 'stale';
        if (countOf(desk, save.organization, 'waiting') >= POLICY_BOUNDS.waiting) return 'too_many';
        const made = { author: authorOf(by), state: 'waiting', createdAtMs: desk.nowMs() } as const;
        const proposal = { ...save, ...made };
        desk.change(build.insertInto('policy_proposals').values(encode(proposal)));
        desk.note(save, { actor: by, action: 'policy.proposed', after: factsOf(proposal) });
        return proposal;
      });
    },
    async proposals(organization, { after, limit, state }) {
      let query = build
        .selectFrom('policy_proposals')
        .selectAll()
        .where('organization', '=', organization)
        .orderBy('id', 'desc')
        .limit(limit);
      if (after !== undefined) query = query.where('id', '<', after);
      if (state !== undefined) query = query.where('state', '=', state);
      return desk.all(query).map(decode);
    },
    proposal: async (organization, id) => find(desk, { organization, id }),
    async accept(verdict, by) {
      return desk.write(() => {
        const found = waiting(desk, verdict);
        if (typeof found === 'string') return found;
        if (found.attach !== undefined) {
          desk.note(found, { actor: by, action: 'policy.accepted', after: factsOf(found) });
          return { proposal: decide(desk, found, { ...verdict, by, state: 'accepted' }) };
        }
        const policy = putInForce(desk, found, { by, action: 'policy.accepted', author: found.author });
        if (typeof policy === 'string') return policy;
        return { policy, proposal: decide(desk, found, { ...verdict, by, state: 'accepted' }) };
      });
    },
    async reject(verdict, by) {
      return desk.write(() => {
        const found = waiting(desk, verdict);
        if (typeof found === 'string') return found;
        const after = { ...factsOf(found), answer: verdict.answer };
        desk.note(found, { actor: by, action: 'policy.rejected', after });
        return decide(desk, found, { ...verdict, by, state: 'rejected' });
      });
    },
    async withdraw(verdict, by) {
      return desk.write(() => {
        const found = find(desk, verdict);
        if (found === undefined) return 'not_found';
        if (found.state !== 'waiting') return 'decided';
        if (found.person !== verdict.person) return 'not_own';
        const after = { ...factsOf(found), answer: verdict.answer };
        desk.note(found, { actor: by, action: 'policy.withdrawn', after });
        return decide(desk, found, { ...verdict, by, state: 'withdrawn' });
      });
    },
  };
}

function find(
  desk: PolicyDesk,
  { id, organization }: Pick<ProposalVerdict, 'id' | 'organization'>,
): PolicyProposal | undefined {
  const all = build.selectFrom('policy_proposals').selectAll();
  const row = desk.first(all.where('id', '=', id).where('organization', '=', organization));
  return row && decode(row);
}

/** One that this person may decide. */
function waiting(desk: PolicyDesk, verdict: ProposalVerdict): PolicyProposal | VerdictFault {
  const found = find(desk, verdict);
  if (found === undefined) return 'not_found';
  if (found.state !== 'waiting') return 'decided';
  return found.person === verdict.person ? 'own' : found;
}

type Verdict = Pick<ProposalVerdict, 'answer'> & {
  readonly by: Actor;
  readonly state: Exclude<PolicyProposal['state'], 'waiting'>;
};

function decide(desk: PolicyDesk, proposal: PolicyProposal, { answer, by, state }: Verdict): PolicyProposal {
  const decided = {
    ...proposal,
    ...{ state, answer },
    decidedAtMs: desk.nowMs(),
    decidedBy: authorOf(by),
  };
  const { id, ...row } = encode(decided);
  desk.change(build.updateTable('policy_proposals').set(row).where('id', '=', id));
  forget(desk, proposal.organization);
  return decided;
}

/** Of what was decided the newest stay to be looked at; the audit log has all. */
function forget(desk: PolicyDesk, organization: string): void {
  const old = build
    .selectFrom('policy_proposals')
    .select('id')
    .where('organization', '=', organization)
    .where('state', '!=', 'waiting')
    .orderBy('id', 'desc')
    .limit(POLICY_BOUNDS.waiting)
    .offset(POLICY_BOUNDS.decided);
  const ids = desk.all(old).map(({ id }) => id);
  if (ids.length > 0) desk.change(build.deleteFrom('policy_proposals').where('id', 'in', ids));
}

function countOf(desk: PolicyDesk, organization: string, state: PolicyProposal['state']): number {
  const all = build.selectFrom('policy_proposals').select('id').where('organization', '=', organization);
  return desk.all(all.where('state', '=', state)).length;
}

function factsOf({ attach, base, from, id, note, text, widens }: PolicyProposal) {
  const made = {
    ...(from === undefined ? {} : { from }),
    ...(attach === undefined ? {} : { grant: attach.grant, server: attach.server }),
  };
  return { proposal: id, base, ...made, sha256: digest(text), note, widens };
}

function encode({ id, organization, state, text, ...rest }: PolicyProposal): PolicyProposalRecord {
  return { id, organization, state, text, record: JSON.stringify(rest) };
}

function decode({ id, organization, record, state, text }: PolicyProposalRecord): PolicyProposal {
  // Casts: only `encode` writes these columns.
  const rest = JSON.parse(record) as Omit<PolicyProposal, 'id' | 'organization' | 'state' | 'text'>;
  return { ...rest, id, organization, state: state as PolicyProposal['state'], text };
}
