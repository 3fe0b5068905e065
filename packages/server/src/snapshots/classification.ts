import {
  classify,
  type Judged,
  readDefinition,
  type Surroundings,
  type ToolDefinition,
} from '@boomgate/catalogue';
import type { Json, JsonObject } from '@boomgate/engine';
import type { ToolClassification } from '../store/index.ts';
import type { SeenTool } from './fingerprint.ts';

/** The classification of a tool as it is stored. `by` is the version of this program. */
export function classificationOf(
  { item, tool }: SeenTool,
  around: Surroundings,
  by: string,
): ToolClassification {
  const { class: toolClass, evidence, severity, signals } = classify(readable(tool, item), around);
  return {
    class: toolClass,
    severity,
    evidence,
    signals: [...new Set(signals.map(({ signal }) => signal))],
    by,
  };
}

/** A definition with texts that are none is classified by what is left of it. */
function readable(name: string, item: JsonObject): ToolDefinition {
  const read = readDefinition(item);
  if (read.ok) return read.tool;
  const parts: Record<string, Json> = {};
  for (const field of ['inputSchema', 'outputSchema', 'annotations']) {
    const value = item[field];
    if (value !== undefined) parts[field] = value;
  }
  return { name, ...parts };
}

/** What holding depends on. */
export function judgedOf({ class: toolClass, signals }: ToolClassification): Judged {
  // Casts: only `classificationOf` makes them, from the catalogue's own words.
  return { class: toolClass as Judged['class'], signals: signals as Judged['signals'] };
}
