import { POLICY_BOUNDS } from '../../../limits/index.ts';
import type {
  Actor,
  PolicyProposal,
  PolicyVersions,
  ProposalVerdict,
  ProposedPolicy,
  VerdictFault,
} from '../../contract.ts';
import { tellOthers } from '../events.ts';
import type { SqlExecutor } from '../executor.ts';
import { forgetDecided } from '../forget-decided.ts';
import { build, type PolicyProposalRecord } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { notePolicy } from './note.ts';
import { digest, putInForce } from './save.ts';
import { authorOf, inForce } from './versions.ts';

type Proposals = Pick<
  PolicyVersions,
  'propose' | 'proposals' | 'proposal' | 'accept' | 'reject' | 'withdraw'
>;

export function proposalsOf(executor: SqlExecutor): Proposals {
  return {
    async propose(save, by) {
      return executor.write(function* () {
        // What is attached may be declared by a file, which the store has no version in force of.
        const isSave = save.attach === undefined;
        if (isSave && ((yield* inForce(save))?.version ?? 0) !== save.base) return 'stale';
        if ((yield* countOf(save.organization, 'waiting')) >= POLICY_BOUNDS.waiting) return 'too_many';
        const made = {
          author: authorOf(by),
          state: 'waiting',
          createdAtMs: executor.clock.wallMs(),
        } as const;
        const proposal = { ...save, ...made };
        yield* change(build.insertInto('policy_proposals').values(encode(proposal)));
        yield* notePolicy(executor, save, { actor: by, action: 'policy.proposed', after: factsOf(proposal) });
        yield* tellOthers({ kind: 'proposed', atMs: proposal.createdAtMs, about: toldOf(proposal) });
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
      return (await executor.read(() => all(query))).map(decode);
    },
    proposal: (organization, id) => executor.read(() => find({ organization, id })),
    async accept(verdict, by) {
      return executor.write(function* () {
        const found = yield* waiting(verdict);
        if (typeof found === 'string') return found;
        const { attach, author } = found;
        const action = 'policy.accepted';
        const policy =
          attach === undefined ? yield* putInForce(executor, found, { by, action, author }) : undefined;
        if (typeof policy === 'string') return policy;
        if (attach !== undefined)
          yield* notePolicy(executor, found, { actor: by, action, after: factsOf(found) });
        const proposal = yield* decide(executor, found, { ...verdict, by, state: 'accepted' });
        return policy === undefined ? { proposal } : { policy, proposal };
      });
    },
    async reject(verdict, by) {
      return executor.write(function* () {
        const found = yield* waiting(verdict);
        if (typeof found === 'string') return found;
        const after = { ...factsOf(found), answer: verdict.answer };
        yield* notePolicy(executor, found, { actor: by, action: 'policy.rejected', after });
        return yield* decide(executor, found, { ...verdict, by, state: 'rejected' });
      });
    },
    async withdraw(verdict, by) {
      return executor.write(function* () {
        const found = yield* find(verdict);
        if (found === undefined) return 'not_found';
        if (found.state !== 'waiting') return 'decided';
        if (found.person !== verdict.person) return 'not_own';
        const after = { ...factsOf(found), answer: verdict.answer };
        yield* notePolicy(executor, found, { actor: by, action: 'policy.withdrawn', after });
        return yield* decide(executor, found, { ...verdict, by, state: 'withdrawn' });
      });
    },
  };
}

function* find({
  id,
  organization,
}: Pick<ProposalVerdict, 'id' | 'organization'>): Work<PolicyProposal | undefined> {
  const proposals = build.selectFrom('policy_proposals').selectAll();
  const row = yield* first(proposals.where('id', '=', id).where('organization', '=', organization));
  return row && decode(row);
}

/** One that this person may decide. */
function* waiting(verdict: ProposalVerdict): Work<PolicyProposal | VerdictFault> {
  const found = yield* find(verdict);
  if (found === undefined) return 'not_found';
  if (found.state !== 'waiting') return 'decided';
  return found.person === verdict.person ? 'own' : found;
}

type Verdict = Pick<ProposalVerdict, 'answer'> & {
  readonly by: Actor;
  readonly state: Exclude<PolicyProposal['state'], 'waiting'>;
};

function* decide(
  executor: SqlExecutor,
  proposal: PolicyProposal,
  { answer, by, state }: Verdict,
): Work<PolicyProposal> {
  const atMs = executor.clock.wallMs();
  const decided = { ...proposal, ...{ state, answer }, decidedAtMs: atMs, decidedBy: authorOf(by) };
  const { id, ...row } = encode(decided);
  yield* change(build.updateTable('policy_proposals').set(row).where('id', '=', id));
  yield* forgetDecided('policy_proposals', proposal.organization, POLICY_BOUNDS);
  if (state !== 'withdrawn') yield* tellOthers({ kind: 'proposal_decided', atMs, about: toldOf(decided) });
  return decided;
}

function toldOf({ text: _, ...about }: PolicyProposal): ProposedPolicy {
  return about;
}

function* countOf(organization: string, state: PolicyProposal['state']): Work<number> {
  const own = build.selectFrom('policy_proposals').select('id').where('organization', '=', organization);
  return (yield* all(own.where('state', '=', state))).length;
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
