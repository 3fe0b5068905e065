import type { AnswerOf, Endpoints } from '@boomgate/contract';
import type { JsonObject } from '@boomgate/engine';

type ItemOf<Answer> = Answer extends { readonly items: readonly (infer Item)[] } ? Item : never;

export type WorldTool = ItemOf<AnswerOf<Endpoints['servers']['definitions']>> & {
  readonly inputSchema: JsonObject;
};
export type WorldServer = { readonly slug: string; readonly tools: WorldTool[] };
type WorldVersion = ItemOf<AnswerOf<Endpoints['policies']['versions']>> & { readonly text: string };
export type WorldPolicy = { readonly server?: string; readonly versions: readonly WorldVersion[] };
export type WorldGrant = ItemOf<AnswerOf<Endpoints['grants']['list']>>;
export type WorldDecision = AnswerOf<Endpoints['decisions']['show']>;
export type WorldApproval = ItemOf<AnswerOf<Endpoints['approvals']['list']>> & { readonly arguments: string };
export type WorldAgent = Pick<AnswerOf<Endpoints['agentSignIns']['show']>, 'client' | 'server'>;
export type WorldSignIn = AnswerOf<Endpoints['grants']['signIns']>['signIns'][number];
type WorldAct = ItemOf<AnswerOf<Endpoints['audit']['list']>>;
type Settings = AnswerOf<Endpoints['settings']['read']>;

/** What handlers read and change. */
export type World = {
  isSignedIn: boolean;
  settings: Settings;
  readonly servers: readonly WorldServer[];
  /** By name. */
  readonly policies: Map<string, WorldPolicy>;
  /** By id. */
  readonly grants: Map<string, WorldGrant>;
  /** Agents that wait for somebody's consent, by the id in the address that they led to. */
  readonly agents: Map<string, WorldAgent>;
  /** Agents that signed in, by the id of their grant; the newest first. */
  readonly signIns: Map<string, readonly WorldSignIn[]>;
  /** By id. */
  readonly approvals: Map<string, WorldApproval>;
  /** Newest first. */
  readonly decisions: readonly WorldDecision[];
  /** Newest first. */
  readonly acts: WorldAct[];
};

export const PERSON = { id: 'person-ann', email: 'ann@acme.example', name: 'Ann Arbor' } as const;
export const ORGANIZATION = 'acme';

export function momentOf(ms: number): string {
  return new Date(ms).toISOString();
}
