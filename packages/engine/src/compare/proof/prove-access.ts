import type { AccessKind } from '../../decide/compile.ts';
import { name } from '../../decide/words.ts';
import type { AccessList, Policy } from '../../policy.ts';
import type { Doubt } from './doubt.ts';
import { exampleNames, type Pair } from './region.ts';
import { canPatternsMeet, isPatternSubset } from './text-set.ts';

/** Resources or prompts that were closed and may be open now (policy language §8). */
export function doubtAccess(kind: AccessKind, { before, after }: Pair): readonly Doubt[] {
  const [earlier, later] = [listsOf(before, kind), listsOf(after, kind)];
  const isDenied = (pattern: string): boolean => isWithin(pattern, later.deny);
  return later.open.flatMap((open) => {
    if (isDenied(open)) return [];
    const denied = earlier.deny.filter((one) => canPatternsMeet(open, one) && !isDenied(one));
    const isClosed = !isWithin(open, earlier.open);
    const pointer = open === '*' && isByDefault(after, kind) ? '/default' : `/${kind}/allow`;
    return [
      ...denied.map((one) => doubt({ kind, pointer: `/${kind}/deny`, open, closed: one })),
      ...(isClosed ? [doubt({ kind, pointer, open, closed: undefined })] : []),
    ];
  });
}

type Lists = { readonly open: readonly string[]; readonly deny: readonly string[] };

/** What is open unless it is denied. */
function listsOf(policy: Policy, kind: AccessKind): Lists {
  const { allow, deny }: AccessList = policy[kind] ?? { allow: [], deny: [] };
  return { open: policy.default === 'allow' ? [...allow, '*'] : allow, deny };
}

function isByDefault(policy: Policy, kind: AccessKind): boolean {
  return policy.default === 'allow' && policy[kind]?.allow.includes('*') !== true;
}

function isWithin(pattern: string, others: readonly string[]): boolean {
  return others.some((other) => isPatternSubset(pattern, other));
}

type Opened = {
  readonly kind: AccessKind;
  readonly pointer: string;
  readonly open: string;
  /** What was denied by name; undefined where nothing allowed it. */
  readonly closed: string | undefined;
};

function doubt({ kind, pointer, open, closed }: Opened): Doubt {
  const was = closed === undefined ? 'no pattern allowed before' : `${name(closed)} denied before`;
  return {
    about: { kind: 'access', access: kind, targets: exampleNames(open, closed) },
    pointer,
    what: `${kind} like ${name(open)} can be read that ${was}`,
    regions: [],
  };
}
