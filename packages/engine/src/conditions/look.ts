import type { FoundType, Truth } from '../decide/decision.ts';
import type { Json } from '../json/json.ts';
import type { Path } from '../policy.ts';
import { kindOf } from './kind.ts';
import { ABSENT, compileSegments, type Found, UNREACHABLE } from './lookup.ts';
import type { Judge } from './operators.ts';
import { type Seen, seen, seenScalar, seenSeveral } from './seen.ts';
import { every, some } from './truth.ts';

/** How `[*]` joins the elements: `some` in deny_if, require_approval_if and when, `every` in require (policy language §4). */
export type Quantifier = 'some' | 'every';

/** Looks up a path from its root and judges what is there. */
export function compileLook(path: Path, judge: Judge, quantifier: Quantifier): (root: Json) => Seen {
  const [before, after] = splitAtEach(path.segments);
  const find = compileSegments(before);
  if (after === undefined) {
    return (root) => {
      const found = find(root);
      if (typeof found === 'string' || Number.isFinite(found)) {
        // What is finite is a number, which the compiler does not conclude.
        return seenScalar(judge.present(found as string | number), found as string | number);
      }
      return seen(judgeFound(judge, found), typeOfFound(found));
    };
  }
  const judgeElements = compileElements(after, judge, quantifier);
  return (root) => {
    const found = find(root);
    if (Array.isArray(found)) return seenSeveral(judgeElements(found));
    return seen(judgeElements(found), typeOfFound(found, 'unreachable'));
  };
}

/** Judges every element of a list by what follows `[*]`; what is not a list is unreachable. */
function compileElements(after: Segments, judge: Judge, quantifier: Quantifier): (list: Found) => Truth {
  const [before, deeper] = splitAtEach(after);
  const find = compileSegments(before);
  const judgeDeeper =
    deeper === undefined
      ? (found: Found) => judgeFound(judge, found)
      : compileElements(deeper, judge, quantifier);
  const judgeElement = before.length === 0 ? judgeDeeper : (element: Json) => judgeDeeper(find(element));
  const join = quantifier === 'some' ? some<Json> : every<Json>;
  return (list) => {
    if (list === ABSENT || list === null) return judge.absent;
    if (!Array.isArray(list)) return 'undetermined';
    // `Array.isArray` forgets that the elements are JSON.
    return join(list as readonly Json[], judgeElement);
  };
}

type Segments = Path['segments'];

function splitAtEach(segments: Segments): readonly [Segments, Segments | undefined] {
  const each = segments.findIndex((segment) => segment.kind === 'each');
  return each < 0 ? [segments, undefined] : [segments.slice(0, each), segments.slice(each + 1)];
}

function judgeFound(judge: Judge, found: Found): Truth {
  if (typeof found === 'string' || Number.isFinite(found)) return judge.present(found as string | number);
  if (found === ABSENT) return judge.absent;
  if (found === UNREACHABLE) return 'undetermined';
  if (found === null) return judge.explicitNull ?? judge.absent;
  return kindOf(found) === 'foreign' ? 'undetermined' : judge.present(found);
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
