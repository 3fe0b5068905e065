import { rankOf, type ToolClass } from '../classes/index.ts';
import type { SignalName } from '../classify/index.ts';

/** What a server's setting `drift` says: hold every change, those that can do harm, or none. */
type DriftSetting = 'hold' | 'hold_execute' | 'accept';

/** What the classifier says of a definition, as far as holding depends on it. */
export type Judged = { readonly class: ToolClass; readonly signals: readonly SignalName[] };

/** Signals of a text that is written for the model or hidden from people, or of a name that is taken for another one. */
const DECEIVING: ReadonlySet<SignalName> = new Set(['poisoning', 'hidden_characters', 'lookalike_name']);

/**
 * Whether a change waits for a person. `before` is absent for a tool that its server did not offer at first. Under `hold_execute` it
 * does when either definition is of class Execute or above or says nothing of what the tool does, or the new one speaks to the model,
 * hides characters or has a name like another one, and the old did not.
 */
export function isHeld(setting: DriftSetting, after: Judged, before?: Judged): boolean {
  if (setting !== 'hold_execute') return setting === 'hold';
  if (canHarm(after) || (before !== undefined && canHarm(before))) return true;
  return after.signals.some((name) => DECEIVING.has(name) && before?.signals.includes(name) !== true);
}

const canHarm = (one: Judged): boolean =>
  rankOf(one.class) >= rankOf('Execute') || one.signals.includes('unclear');
