import type { Field, Severity, ToolClass } from '@boomgate/catalogue';
import { z } from 'zod';

export const TOOL_CLASSES = [
  'Read',
  'Write',
  'Execute',
  'Destructive',
  'Financial',
] as const satisfies readonly ToolClass[];
export const SEVERITY_NAMES = ['Low', 'Medium', 'High', 'Critical'] as const satisfies readonly Severity[];

export const toolClass = z.enum(TOOL_CLASSES);
export const severityName = z.enum(SEVERITY_NAMES);

/** Words of a definition, as they stand there, and the class that they speak for. */
export const evidence = z.strictObject({
  field: z.enum([
    'name',
    'title',
    'description',
    'inputSchema',
    'outputSchema',
    'annotations',
  ] as const satisfies readonly Field[]),
  quote: z.string(),
  class: toolClass,
});

/** A policy document. */
export const policyDocument = z.record(z.string(), z.unknown());
