import type { ToolClass } from '../classes/index.ts';

export type Field = 'name' | 'title' | 'description' | 'inputSchema' | 'outputSchema' | 'annotations';

/** Words of a definition that speak for a class. */
export type Finding = {
  readonly field: Field;
  /** The words, printable, at most 200 characters. */
  readonly quote: string;
  readonly class: ToolClass;
  /** What was understood, for the rationale: `the verb "cancel"`. */
  readonly because: string;
  /** Strong findings mean one thing; weak ones count where nothing stronger speaks. */
  readonly strong: boolean;
  /** The verb in its base form, where the finding is one. */
  readonly verb?: string;
  /** The argument among whose choices the words are. */
  readonly argument?: string;
  /** The tool runs what it is given. */
  readonly runs?: Runs;
};

/**
 * Code and commands can do whatever the machine can; statements, of a query language, whatever the database can; actions, by names that
 * nobody lists, whatever the server can.
 */
export type Runs = 'code' | 'statements' | 'actions';

export const SIGNALS = [
  'credentials',
  'url',
  'file_path',
  'code',
  'bulk',
  'admin',
  'sends_outward',
  'hidden_characters',
  'poisoning',
  'lookalike_name',
  'oversized',
  'unclear',
] as const;
export type SignalName = (typeof SIGNALS)[number];

/** Something to know about a tool beside its class. */
export type Signal = { readonly signal: SignalName; readonly field: Field; readonly quote: string };

/** What was found, and what it amounts to. */
export type Outcome = {
  readonly class: ToolClass;
  /** What name and schema alone give. */
  readonly base: ToolClass;
  /** That, raised by annotations. */
  readonly hinted: ToolClass;
  /** All of them, and those that speak for the class. */
  readonly findings: readonly Finding[];
  readonly speaking: readonly Finding[];
  readonly signals: readonly Signal[];
};
