import { SEVERITY_NAMES, TOOL_CLASSES } from '@boomgate/contract';
import { choicesOf, textsOf } from './read.ts';

/** What is looked for in the index; `server` is the slug of one, whose tools alone are meant. */
export type CatalogueSearch = ReturnType<typeof readCatalogueSearch>;

export function readCatalogueSearch(search: Record<string, unknown>) {
  const choices = { class: TOOL_CLASSES, severity: SEVERITY_NAMES };
  return { ...textsOf(search, ['words', 'server']), ...choicesOf(search, choices) };
}
