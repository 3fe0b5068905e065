import { SEVERITY_NAMES, TOOL_CLASSES } from '@boomgate/contract';

type ToolClass = (typeof TOOL_CLASSES)[number];
type Severity = (typeof SEVERITY_NAMES)[number];

/** What is looked for in the index; all of it stands in the address. */
export type CatalogueSearch = {
  readonly words?: string;
  readonly class?: ToolClass;
  readonly severity?: Severity;
  /** The slug of one server, whose tools alone are meant. */
  readonly server?: string;
};

export function readCatalogueSearch(search: Record<string, unknown>): CatalogueSearch {
  const toolClass = TOOL_CLASSES.find((one) => one === search['class']);
  const severity = SEVERITY_NAMES.find((one) => one === search['severity']);
  const words = textOf(search['words']);
  const server = textOf(search['server']);
  return {
    ...(words === '' ? {} : { words }),
    ...(toolClass === undefined ? {} : { class: toolClass }),
    ...(severity === undefined ? {} : { severity }),
    ...(server === '' ? {} : { server }),
  };
}

/** Numbers that people look for come as numbers. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
