import { escapeSegment } from '../../json/pointer.ts';
import type { Entry, Policy, Rules, Validate } from '../../policy.ts';
import { type Cover, coverOf, coversAll, isCovered, type Proving } from './covered.ts';
import { type ArgumentCheck, type Doubt, toolsOf } from './doubt.ts';
import { ALWAYS, type Trigger, type Triggers, triggersOf } from './formula.ts';
import { doubtApproval } from './prove-approval.ts';
import { doubtLimits } from './prove-limits.ts';
import type { Applied, Pair, Region } from './region.ts';

type Ready = Triggers & { readonly refusing: Cover; readonly holding: Cover };

/** Rules made ready for proofs, each list once for a time zone. */
export class Prepared {
  readonly #known = new Map<string, Map<Rules, Ready>>();

  of(rules: Rules | undefined, { timeZone }: Policy): Ready {
    const asked = rules ?? NO_RULES;
    const known = this.#known.get(timeZone) ?? new Map<Rules, Ready>();
    this.#known.set(timeZone, known);
    const made = known.get(asked);
    if (made !== undefined) return made;
    const triggers = triggersOf(asked, timeZone);
    const [refusing, holding] = [triggers.refuse, triggers.hold].map((list) =>
      coverOf(list.map(({ fires }) => fires)),
    ) as [Cover, Cover]; // two lists give two covers
    const ready = { ...triggers, refusing, holding };
    known.set(asked, ready);
    return ready;
  }
}

const NO_RULES: Rules = { denyIf: [], require: [], requireApprovalIf: [], limits: [] };

export type Context = { readonly pair: Pair; readonly prepared: Prepared; readonly proving: Proving };

/** What calls of the tools of one region may get through that did not. The tools are not hidden. */
export function doubtCalls(region: Region, context: Context): readonly Doubt[] {
  const { pair, prepared, proving } = context;
  const after = [prepared.of(pair.after.allTools, pair.after), prepared.of(region.after?.entry, pair.after)];
  const refusing = after.map((one) => one.refusing);
  if (isClosed(region.after, pair.after) || refusing.some(coversAll)) return [];
  if (isClosed(region.before, pair.before)) return [opened(region, 'no call was let through before')];
  const before = [
    prepared.of(pair.before.allTools, pair.before),
    prepared.of(region.before?.entry, pair.before),
  ];
  const asking = isAsking(region.after) ? [coverOf([ALWAYS])] : [];
  const holding = [...refusing, ...after.map((one) => one.holding), ...asking];
  const held = [
    ...before.flatMap(({ hold }) => hold),
    ...(isAsking(region.before) ? [askingOf(region)] : []),
  ];
  const canHold = isAsking(region.after) || after.some(({ hold }) => hold.length > 0);
  return [
    ...doubtArguments(region),
    ...before
      .flatMap(({ refuse }) => refuse)
      .filter(({ fires }) => !isCovered(fires, refusing, proving))
      .map((trigger) => lifted('refused', trigger, region)),
    ...held
      .filter(({ fires }) => !isCovered(fires, holding, proving))
      .map((trigger) => lifted('held', trigger, region)),
    ...(held.length > 0 && canHold ? doubtApproval(region) : []),
    ...doubtLimits({ pair, region, refusing }, proving),
  ];
}

function isClosed(applied: Applied, policy: Policy): boolean {
  return applied === undefined ? policy.default === 'deny' : applied.entry.action === 'deny';
}

function isAsking(applied: Applied): boolean {
  return applied?.entry.action === 'require_approval';
}

export function opened(region: Region, why: string): Doubt {
  const { after } = region;
  return {
    about: { kind: 'opened' },
    pointer: after === undefined ? '/default' : `/tools/${escapeSegment(after.name)}`,
    what: `${after === undefined ? 'tools without an entry' : toolsOf(region)} can be called now, where ${why}`,
    regions: [region],
  };
}

function askingOf({ before }: Region): Trigger {
  return { id: `/tools/${escapeSegment(before?.name ?? '')}/action`, fires: ALWAYS };
}

const LIFTED = {
  refused: 'calls are let through that this rule refused',
  held: 'calls are let through that waited for an approval',
} as const;

function lifted(kind: 'refused' | 'held', { id, fires }: Trigger, region: Region): Doubt {
  return { about: { kind, fires }, pointer: id, what: LIFTED[kind], regions: [region] };
}

const CHECKS = {
  required_args: ({ requiredArgs }) => requiredArgs,
  schema: ({ schema }) => schema,
  unknown_args: ({ unknownArgs }) => unknownArgs === 'deny',
} as const satisfies Record<ArgumentCheck, (validate: Validate) => boolean>;

function doubtArguments(region: Region): readonly Doubt[] {
  const asks = (entry: Entry | undefined, check: ArgumentCheck): boolean =>
    entry?.validate !== undefined && CHECKS[check](entry.validate);
  // The keys of the table are its checks.
  return (Object.keys(CHECKS) as ArgumentCheck[])
    .filter((check) => asks(region.before?.entry, check) && !asks(region.after?.entry, check))
    .map((check) => ({
      about: { kind: 'validate', check },
      pointer: `/tools/${escapeSegment(region.before?.name ?? '')}/validate/${check}`,
      what: `arguments of ${toolsOf(region)} are no longer checked against the tool's schema (${check})`,
      regions: [region],
    }));
}
