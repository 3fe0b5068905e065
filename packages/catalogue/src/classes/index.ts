/**
 * The five classes of tools and what follows from each: its severity and its rank. May hold tables. May not look at tools.
 */

/** From the mildest to the worst; where several apply the worst wins. */
export const CLASSES = ['Read', 'Write', 'Execute', 'Destructive', 'Financial'] as const;
export type ToolClass = (typeof CLASSES)[number];

export const SEVERITIES = ['Low', 'Medium', 'High', 'Critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

const SEVERITY_OF = {
  Read: 'Low',
  Write: 'Medium',
  Execute: 'High',
  Destructive: 'Critical',
  Financial: 'Critical',
} as const satisfies Record<ToolClass, Severity>;

/** What a class means, to stand after the class's name. */
export const MEANING_OF = {
  Read: 'retrieves, changes nothing',
  Write: 'creates or changes data, can be undone',
  Execute: 'runs code, starts or stops processes, acts on the outside depending on its arguments',
  Destructive: 'deletes or overwrites for good',
  Financial: 'moves or commits money',
} as const satisfies Record<ToolClass, string>;

/** Severity follows from the class alone. */
export const severityOf = (toolClass: ToolClass): Severity => SEVERITY_OF[toolClass];

/** 0 for Read to 4 for Financial. */
export const rankOf = (toolClass: ToolClass): number => CLASSES.indexOf(toolClass);

/** The one of the higher rank. */
export function worseOf(one: ToolClass, other: ToolClass): ToolClass {
  return rankOf(one) >= rankOf(other) ? one : other;
}
