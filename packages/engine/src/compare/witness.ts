import type { AccessKind } from '../decide/compile.ts';
import type { Call, Decision } from '../decide/decision.ts';

/**
 * What shows that a policy widens access, with what both policies decide. `call`: one call. `access`: a resource or a prompt.
 * `earlier`: calls that were made before it, which matter for limits.
 */
export type Witness =
  | {
      readonly kind: 'call';
      readonly call: Call;
      readonly before: Decision;
      readonly after: Decision;
      readonly earlier?: Earlier;
    }
  | {
      readonly kind: 'access';
      readonly access: AccessKind;
      readonly target: string;
      readonly before: Decision;
      readonly after: Decision;
    };

/**
 * Calls like the one that was found, made before it. `under`: by which policies they were let through and counted: `both`, each
 * with counters of its own, or `before`, with counters that the later policy then finds as they are. `running`: they have not ended.
 */
export type Earlier = {
  readonly call: Call;
  readonly calls: readonly { readonly atMs: number; readonly times: number }[];
  readonly under: 'both' | 'before';
  readonly isRunning: boolean;
};

const RANKS = { allow: 2, approve: 1, deny: 0, hide: 0, limit: 0 } as const satisfies Record<
  Decision['outcome'],
  number
>;

/** Whether one outcome lets more through than another: allow more than a question, a question more than a refusal. */
export function letsMoreThrough(after: Decision, before: Decision): boolean {
  return RANKS[after.outcome] > RANKS[before.outcome];
}
