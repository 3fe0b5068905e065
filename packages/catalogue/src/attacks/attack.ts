import type { Json } from '@boomgate/engine';
import type { ToolClass } from '../classes/index.ts';
import type { SignalName } from '../classify/index.ts';

type AttackCategory = 'protocol' | 'supply chain' | 'agent behaviour' | 'data';

/** How far a policy keeps the attack from happening. */
type Coverage = 'full' | 'partial' | 'none';

export type Attack = {
  /** As in the address of its page. */
  readonly slug: string;
  readonly name: string;
  readonly category: AttackCategory;
  readonly happens: string;
  /** Something that happened or was shown in public, and where that can be read. */
  readonly case: { readonly what: string; readonly sources: readonly string[] };
  /** Words in the name of a tool that speak for it, in lower case. */
  readonly words?: readonly string[];
  /** What a tool must be, or be able to do, to be abused by it. */
  readonly classes: readonly ToolClass[];
  readonly signals: readonly SignalName[];
  readonly coverage: Coverage;
  readonly mitigation: string;
  /** A policy that shows the rule, where a rule helps. */
  readonly rule?: Json;
};
