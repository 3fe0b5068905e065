import type { ToolClass } from '../classes/index.ts';
import type { SignalName } from '../classify/index.ts';
import type { Attack } from './attack.ts';

/** Attacks that are shown for one tool at most. */
const MOST = 6;

/** A tool, as far as attacks care. */
type Target = {
  readonly words: readonly string[];
  readonly class: ToolClass;
  readonly signals: readonly { readonly signal: SignalName }[];
};

/** The attacks that abuse this kind of access, those that fit best first: the same for the same tool. */
export function attacksOn(
  { words, class: toolClass, signals }: Target,
  attacks: readonly Attack[],
): readonly Attack[] {
  const seen = new Set(signals.map(({ signal }) => signal));
  return attacks
    .filter((attack) => attack.classes.includes(toolClass) && isPossible(attack, seen))
    .map((attack) => ({ attack, fit: fitOf(attack, words, seen) }))
    .toSorted((a, b) => b.fit - a.fit)
    .slice(0, MOST)
    .map(({ attack }) => attack);
}

/** Kinds of arguments without which some attacks cannot be: no SQL is injected where none is taken. */
const ARGUMENTS: ReadonlySet<SignalName> = new Set(['url', 'code', 'file_path', 'credentials']);

function isPossible({ signals }: Attack, seen: ReadonlySet<SignalName>): boolean {
  const needsArgument = signals.length > 0 && signals.every((signal) => ARGUMENTS.has(signal));
  return !needsArgument || signals.some((signal) => seen.has(signal));
}

/** A signal that the attack needs counts most, then words that it is about, then how few classes it is for. */
function fitOf(attack: Attack, words: readonly string[], seen: ReadonlySet<SignalName>): number {
  const signals = attack.signals.filter((signal) => seen.has(signal)).length;
  const isAbout = attack.words?.some((word) => words.includes(word)) === true ? 1 : 0;
  return signals * 20 + isAbout * 15 + (5 - attack.classes.length);
}
