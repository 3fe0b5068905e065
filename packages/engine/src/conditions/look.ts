import type { FoundType, Truth } from '../decide/decision.ts';
import type { Json } from '../json/json.ts';
import type { Path } from '../policy.ts';
import { ELEMENT } from '../work.ts';
import { kindOf } from './kind.ts';
import { ABSENT, compileSegments, type Found, UNREACHABLE } from './lookup.ts';
import type { Judge } from './operators.ts';
import type { Facts, Place, Places } from './places.ts';
import { type Seen, seen, seenNumber, seenSeveral, seenString } from './seen.ts';
import { not } from './truth.ts';
import type { Work } from './work.ts';

/** How `[*]` joins the elements: `some` in deny_if, require_approval_if and when, `every` in require (policy language §4). */
export type Quantifier = 'some' | 'every';

type How = { readonly judge: Judge; readonly quantifier: Quantifier; readonly places: Places };

/** Looks up a path and judges what is there. A few classes and not many closures, because engines inline calls of methods. */
export interface Look {
  see(facts: Facts): Seen;
}

export function compileLook(path: Path, { judge, quantifier, places }: How): Look {
  const [before, after] = splitAtEach(path.segments);
  const place = places.at({ root: path.root, segments: before });
  return after === undefined
    ? new LookAtValue(place, judge)
    : new LookAtElements(place, compileElements(after, judge, quantifier));
}

class LookAtValue implements Look {
  readonly #place: Place;
  readonly #present: Judge['present'];
  readonly #judge: JudgeFound;

  constructor(place: Place, judge: Judge) {
    this.#place = place;
    this.#present = judge.present;
    this.#judge = judgeWhatIsFound(judge);
  }

  see(facts: Facts): Seen {
    const found = this.#place.find(facts);
    const present = this.#present;
    if (typeof found === 'string') return unreadIfShort(seenString(present(found, facts.work)), facts.work);
    // What is finite is a number, which the compiler does not conclude.
    if (Number.isFinite(found)) return seenNumber(present(found as number, facts.work));
    return this.#seeOther(found, facts.work);
  }

  /** Kept apart, so that what is seen most stays small enough to be inlined. */
  #seeOther(found: Found, work: Work): Seen {
    const judge = this.#judge;
    return unreadIfShort(seen(judge(found, work), typeOfFound(found)), work);
  }
}

class LookAtElements implements Look {
  readonly #place: Place;
  readonly #judge: JudgeFound;

  constructor(place: Place, judge: JudgeFound) {
    this.#place = place;
    this.#judge = judge;
  }

  see(facts: Facts): Seen {
    const found = this.#place.find(facts);
    const judge = this.#judge;
    const outcome = judge(found, facts.work);
    if (Array.isArray(found)) return unreadIfShort(seenSeveral(outcome), facts.work);
    return seen(outcome, typeOfFound(found, 'unreachable'));
  }
}

/** Asked after every look, since another element may have decided although one was not read. */
function unreadIfShort(said: Seen, work: Work): Seen {
  return work.isShort ? unread(said, work) : said;
}

function unread(said: Seen, work: Work): Seen {
  work.isShort = false;
  return said.outcome === 'undetermined' ? seen(said.outcome, 'unread') : said;
}

type JudgeFound = (found: Found, work: Work) => Truth;

/** Judges every element of a list by what follows `[*]`; what is not a list is unreachable. */
function compileElements(after: Segments, judge: Judge, quantifier: Quantifier): JudgeFound {
  const [before, deeper] = splitAtEach(after);
  const find = compileSegments(before);
  const judgeDeeper =
    deeper === undefined ? judgeWhatIsFound(judge) : compileElements(deeper, judge, quantifier);
  const judgeElement =
    before.length === 0 ? judgeDeeper : (element: Json, work: Work) => judgeDeeper(find(element), work);
  const ends = quantifier === 'some' ? 'true' : 'false';
  return (list, work) => {
    if (list === ABSENT || list === null) return judge.absent;
    if (!Array.isArray(list) || !work.takes(list.length * ELEMENT)) return 'undetermined';
    let outcome = not(ends);
    for (let index = 0; index < list.length; index += 1) {
      const one = judgeElement(list[index], work);
      if (one === ends) return one;
      if (one === 'undetermined') outcome = one;
    }
    return outcome;
  };
}

type Segments = Path['segments'];

function splitAtEach(segments: Segments): readonly [Segments, Segments | undefined] {
  const each = segments.findIndex((segment) => segment.kind === 'each');
  return each < 0 ? [segments, undefined] : [segments.slice(0, each), segments.slice(each + 1)];
}

/** Says what an operator makes of whatever a path leads to. */
function judgeWhatIsFound({ present, absent, explicitNull = absent }: Judge): JudgeFound {
  return (found, work) => {
    // What is finite is a number, which the compiler does not conclude.
    if (typeof found === 'string' || Number.isFinite(found)) return present(found as string | number, work);
    if (found === ABSENT) return absent;
    if (found === UNREACHABLE) return 'undetermined';
    if (found === null) return explicitNull;
    return kindOf(found) === 'foreign' ? 'undetermined' : present(found, work);
  };
}

/** `otherwise` stands for a value that is there but is not what the path needs. */
export function typeOfFound(found: Found, otherwise?: FoundType): FoundType {
  if (found === ABSENT || found === null) return 'absent';
  if (found === UNREACHABLE) return 'unreachable';
  if (otherwise !== undefined) return otherwise;
  const kind = kindOf(found);
  if (kind === 'big') return 'number';
  return kind === 'foreign' || kind === 'null' ? 'unreachable' : kind;
}
