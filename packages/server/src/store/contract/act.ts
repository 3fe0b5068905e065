import type { JsonObject } from '@boomgate/engine';
import type { Actor } from './actor.ts';

/** One change of what is stored, or a look at what only few may see. Secrets stand in it as fingerprints alone. */
export type AuditAct = {
  readonly organization: string;
  readonly actor: Actor;
  /** What was done, as a stable code such as `grant.created`: a noun, a full stop, a verb in the past. */
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string; readonly name: string };
  /** Absent for what did not exist; beyond 64 KiB of JSON only its length and digest are kept. */
  readonly before?: JsonObject;
  readonly after?: JsonObject;
};

/** What the row of a change says, of what came of it; it is written in the transaction of the change. Undefined: none, as nothing changed. */
export type NoteOf<Result> = (result: Result) => AuditAct | undefined;
