import { done, type Handlers, pageOf, refuse } from '../reply.ts';
import type { World } from '../world/index.ts';
import { PERSON, type WorldApproval } from '../world/world.ts';
import { note } from './noted.ts';

/** Calls of the same grant that an approver is shown. */
const RECENT = 10;

function shown({ arguments: _kept, ...approval }: WorldApproval) {
  return approval;
}

type Said = { readonly id: string; readonly verdict: 'approve' | 'deny'; readonly note: string | undefined };

function decide(world: World, { id, note: said, verdict }: Said) {
  const before = world.approvals.get(id);
  if (before === undefined) return refuse('not_found');
  if (before.state !== 'waiting') return refuse('approval_ended');
  const at = new Date().toISOString();
  const by = { id: PERSON.id, email: PERSON.email, role: 'admin' as const, via: 'api' as const };
  const vote = { by, verdict, at, ...(said === undefined ? {} : { note: said }) };
  const state = verdict === 'approve' ? ('approved' as const) : ('refused' as const);
  const after = { ...before, state, decidedAt: at, votes: [...before.votes, vote] };
  world.approvals.set(id, after);
  note(world, `approval.${state}`, { kind: 'approval', id, name: after.tool });
  return done(shown(after));
}

export const approvals: NonNullable<Handlers['approvals']> = {
  list: (world, { query }) => {
    const wanted = [...world.approvals.values()].filter(
      ({ state }) => query.state === undefined || state === query.state,
    );
    return pageOf(wanted.map(shown), query);
  },
  show: (world, { params }) => {
    const found = world.approvals.get(params.approval);
    if (found === undefined) return refuse('not_found');
    const recent = world.decisions.filter(({ grant }) => grant.id === found.grant.id).slice(0, RECENT);
    return done({ ...shown(found), arguments: found.arguments, recent: recent.toReversed() });
  },
  approve: (world, { body, params }) =>
    decide(world, { id: params.approval, verdict: 'approve', note: body.note }),
  deny: (world, { body, params }) => decide(world, { id: params.approval, verdict: 'deny', note: body.note }),
};
