import type { ToolClass } from '../classes/index.ts';
import type { SignalName } from '../classify/index.ts';

export type GradedTool = {
  readonly class: ToolClass;
  readonly signals: readonly { readonly signal: SignalName }[];
  readonly isAnnotated: boolean;
};

/** Where a server comes from. What is not known counts as what is not so. */
type Provenance = { readonly isPinned: boolean; readonly isPublisherKnown: boolean };

export type Grade = {
  readonly grade: 'A' | 'B' | 'C' | 'D' | 'F';
  /** 0 to 100. */
  readonly points: number;
  /** What was taken from 100, for the page to show. */
  readonly taken: readonly { readonly why: string; readonly points: number }[];
};

/** Points for each whole share, and for each fact; docs/catalogue.md prints this table. */
const WEIGHTS = {
  critical: 40,
  high: 20,
  unannotated: 15,
  poisoned: 30,
  unpinned: 10,
  unknownPublisher: 10,
} as const;

const LEAST = [
  ['A', 90],
  ['B', 80],
  ['C', 65],
  ['D', 50],
] as const;

/** 100 points less what can go wrong. A server without tools is judged by where it comes from. */
export function gradeServer(tools: readonly GradedTool[], { isPinned, isPublisherKnown }: Provenance): Grade {
  const share = (has: (tool: GradedTool) => boolean): number =>
    tools.length === 0 ? 0 : tools.filter(has).length / tools.length;
  const isPoisoned = tools.some(({ signals }) =>
    signals.some(({ signal }) => signal === 'poisoning' || signal === 'hidden_characters'),
  );
  const all = [
    [
      'Critical tools',
      WEIGHTS.critical * share(({ class: of }) => of === 'Destructive' || of === 'Financial'),
    ],
    ['High tools', WEIGHTS.high * share(({ class: of }) => of === 'Execute')],
    ['tools without annotations', WEIGHTS.unannotated * share(({ isAnnotated }) => !isAnnotated)],
    ['texts that speak to the model or hide characters', isPoisoned ? WEIGHTS.poisoned : 0],
    ['the package is not pinned to a version', isPinned ? 0 : WEIGHTS.unpinned],
    ['the publisher is not known', isPublisherKnown ? 0 : WEIGHTS.unknownPublisher],
  ] as const;
  const taken = all
    .map(([why, points]) => ({ why, points: Math.round(points) }))
    .filter(({ points }) => points > 0);
  const points = Math.max(0, 100 - taken.reduce((sum, one) => sum + one.points, 0));
  return { grade: LEAST.find(([, least]) => points >= least)?.[0] ?? 'F', points, taken };
}
