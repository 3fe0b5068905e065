import type { AnswerOf, Endpoints } from '@boomgate/contract';
import type { Problem } from '@boomgate/engine';
import {
  isPolicyFor,
  type PolicyProposal,
  type PolicyVersion,
  type StoredPolicy,
} from '../../../store/index.ts';
import type { ControlContext } from '../../context.ts';
import { momentOf } from '../moments.ts';

type VersionAnswer = AnswerOf<Endpoints['policies']['versions']>['items'][number];
type ProposalAnswer = AnswerOf<Endpoints['proposals']['list']>['items'][number];
export type PolicyAnswer = AnswerOf<Endpoints['policies']['list']>['items'][number];
type ProblemAnswer = AnswerOf<Endpoints['policies']['check']>['problems'][number];

export function showVersion(one: PolicyVersion): VersionAnswer {
  const { author, createdAtMs, name, note, origin, sha256, version } = one;
  const savedAt = momentOf(createdAtMs);
  return { name, version, origin, sha256, note, savedAt, ...(author === undefined ? {} : { author }) };
}

export function showPolicy(one: PolicyInForce, isShadowed = false): PolicyAnswer {
  return { ...showVersion(one), ...(one.server === undefined ? {} : { server: one.server }), isShadowed };
}

/** For who asks, by the id of their person. */
export function showProposal(proposal: PolicyProposal, person: string): ProposalAnswer {
  const { answer, author, base, createdAtMs, decidedAtMs, decidedBy, from, id, name } = proposal;
  const { attach, note, server, state, widens } = proposal;
  return {
    ...{ id, policy: name, state, base, widens, author, note, proposedAt: momentOf(createdAtMs) },
    isOwn: proposal.person === person,
    ...(server === undefined ? {} : { server }),
    ...(attach === undefined
      ? {}
      : { attach: { grant: attach.grant, name: attach.name, server: attach.server } }),
    ...(from === undefined ? {} : { from }),
    ...(decidedAtMs === undefined ? {} : { decidedAt: momentOf(decidedAtMs) }),
    ...(decidedBy === undefined ? {} : { decidedBy }),
    ...(answer === undefined ? {} : { answer }),
  };
}

export function showProblem({ code, column, line, message, pointer, severity }: Problem): ProblemAnswer {
  const place = { ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
  return { code, severity, message, pointer, ...place };
}

/** The document itself, of a canonical text. */
export function documentOf(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>; // a cast: a policy's text is an object
}

/** One that decides, or would if no file declared another of its name. */
type PolicyInForce = Omit<StoredPolicy, 'text'>;

export function isDeclared({ declared }: ControlContext, organization: string, name: string): boolean {
  return declared(organization).policies.includes(name);
}

/** What is in force under a name: what the configuration file declares, or what is stored. */
export async function inForceOf(
  context: ControlContext,
  organization: string,
  name: string,
): Promise<StoredPolicy | undefined> {
  const { policies } = context.store;
  const owner = { organization, name };
  if (!isDeclared(context, organization, name)) return policies.find(owner);
  // What a file declares is its newest version: nothing is saved under its name meanwhile.
  const [newest] = await policies.versions(owner, { limit: 1 });
  return newest && policies.version(owner, newest.version);
}

/** What was expected in place of a policy that may not decide the calls of a server; undefined of one that may. */
export function unfitFor(policy: Pick<StoredPolicy, 'server'>, server: string): string | undefined {
  if (isPolicyFor(policy, server)) return undefined;
  return `a policy for "${server}" or for any server, found one for "${policy.server}"`;
}
