import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { type Problem, parsePolicy, printPolicy } from '@boomgate/engine';
import { uuidv7 } from 'uuidv7';
import type { Operator } from '../../../identity/index.ts';
import type { PolicySave, SaveFault, StoredPolicy } from '../../../store/index.ts';
import type { ControlContext } from '../../context.ts';
import {
  type ApiRequest,
  actorOf,
  type Done,
  done,
  type HandlersOf,
  isMatch,
  type Refusal,
  refuse,
  tagOf,
} from '../../frame/index.ts';
import { isDeclared, showProblem, showProposal, showVersion } from './answer.ts';
import { type ChangeAnswer, changeOf, NOTHING } from './change.ts';
import { refusedDocument, soundPolicy, unknownServer } from './document.ts';

type Writing = Pick<HandlersOf<Endpoints['policies']>, 'create' | 'save' | 'rollback' | 'remove'>;

export const writing: Writing = {
  async create(context, { body, from, operator }) {
    const organization = operator.organization.id;
    const { document, name, note, server } = body;
    if (isDeclared(context, organization, name)) return refuse('declared_by_file');
    const unknown = unknownServer(context, organization, server);
    if (unknown !== undefined) return unknown;
    if ((await context.store.policies.find({ organization, name })) !== undefined)
      return refuse('name_taken');
    const sound = await soundPolicy(context, { organization, document, server });
    if (!sound.ok) return sound;
    const save = { organization, name, note, base: 0, text: printPolicy(sound.policy) };
    const wanted = { ...save, ...(server === undefined ? {} : { server }) };
    const saved = await saveText(context, { from, operator }, { save: wanted, warnings: sound.warnings });
    return typeof saved === 'string' ? refuse(saved === 'stale' ? 'name_taken' : 'too_many_policies') : saved;
  },

  async save(context, { body, from, ifMatch, operator, params }) {
    const found = await changeable(context, operator, { name: params.policy, ifMatch });
    if (!found.ok) return found;
    const { organization, server } = found.policy;
    const sound = await soundPolicy(context, { organization, document: body.document, server });
    if (!sound.ok) return sound;
    const save = { ...onto(found.policy), note: body.note, text: printPolicy(sound.policy) };
    const given = { save, warnings: sound.warnings, before: found.policy };
    const saved = await saveText(context, { from, operator }, given);
    return typeof saved === 'string' ? refuse(FAULTS[saved]) : saved;
  },

  async rollback(context, { body, from, ifMatch, operator, params }) {
    const found = await changeable(context, operator, { name: params.policy, ifMatch });
    if (!found.ok) return found;
    const { name, organization } = found.policy;
    const earlier = await context.store.policies.version({ organization, name }, body.version);
    if (earlier === undefined) return refuse('not_found');
    const read = parsePolicy(earlier.text, context.functions);
    if (!read.ok) return refusedDocument(read.problems);
    const text = printPolicy(read.policy);
    const save = { ...onto(found.policy), note: body.note, from: body.version, text };
    const given = { save, warnings: read.warnings, before: found.policy };
    const saved = await saveText(context, { from, operator }, given);
    return typeof saved === 'string' ? refuse(FAULTS[saved]) : saved;
  },

  async remove(context, { from, ifMatch, operator, params }) {
    const found = await changeable(context, operator, { name: params.policy, ifMatch });
    if (!found.ok) return found;
    const { name, organization, version } = found.policy;
    const gone = { organization, name, base: version };
    const removed = await context.store.policies.remove(gone, actorOf(operator, from));
    if (removed === 'in_use') return refuse('policy_in_use');
    if (removed === 'stale') return refuse('precondition_failed');
    await context.reapply();
    return done(undefined);
  },
};

/** What every save of a policy that is there says of it. */
function onto({ name, organization, server, version: base }: StoredPolicy) {
  return { organization, name, base, ...(server === undefined ? {} : { server }) };
}

const FAULTS = { stale: 'precondition_failed', too_many: 'too_many_policies' } as const satisfies Record<
  SaveFault,
  string
>;

/** A stored policy, when it is still the version that was read. */
async function changeable(
  context: ControlContext,
  { organization: { id: organization } }: Operator,
  { ifMatch, name }: { readonly ifMatch: string; readonly name: string },
): Promise<
  | { readonly ok: true; readonly policy: StoredPolicy }
  | Refusal<'not_found' | 'declared_by_file' | 'precondition_failed'>
> {
  if (isDeclared(context, organization, name)) return refuse('declared_by_file');
  const policy = await context.store.policies.find({ organization, name });
  if (policy === undefined) return refuse('not_found');
  return isMatch(ifMatch, policy.version) ? { ok: true, policy } : refuse('precondition_failed');
}

type SavedAnswer = AnswerOf<Endpoints['policies']['save']>;
type Given = {
  readonly save: PolicySave;
  readonly warnings: readonly Problem[];
  readonly before?: StoredPolicy;
};

/** Puts a version in force, or leaves it for a second person. */
async function saveText(
  context: ControlContext,
  { from, operator }: Pick<ApiRequest<Endpoints['policies']['save']>, 'from' | 'operator'>,
  { before, save, warnings }: Given,
): Promise<Done<SavedAnswer> | SaveFault> {
  const change = await changeOf(context, { before: before?.text ?? NOTHING, after: save.text });
  const told = { ...change, warnings: warnings.map(showProblem) };
  const by = actorOf(operator, from);
  const { policies } = context.store;
  const isNews = before?.text !== save.text;
  if (isNews && needsSecond(operator, change)) {
    const { verdict } = change.widens;
    const proposed = await policies.propose(
      { ...save, id: uuidv7(), person: operator.person.id, widens: verdict },
      by,
    );
    if (typeof proposed === 'string') return proposed;
    return { ...done({ ...told, proposal: showProposal(proposed, operator.person.id) }), status: 202 };
  }
  const saved = await policies.save(save, by);
  if (typeof saved === 'string') return saved;
  await context.reapply();
  return done({ ...told, policy: showVersion(saved) }, [['etag', tagOf(saved.version)]]);
}

/** What is not certain may widen. */
export function needsSecond(
  { organization }: Operator,
  { widens }: { readonly widens: Pick<ChangeAnswer['widens'], 'verdict'> },
): boolean {
  const { requireSecondPerson } = organization;
  return requireSecondPerson === 'always' || (requireSecondPerson === 'widening' && widens.verdict !== 'no');
}
