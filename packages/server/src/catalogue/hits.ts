import { CLASSES, quotation, severityOf, type ToolClass, wordsOfName } from '@boomgate/catalogue';
import { SUMMARY_CHARACTERS } from './bounds.ts';
import type { ServerHit, Source, ToolHit } from './contract.ts';

/** Rows as the statements of `searcher.ts` give them, and what they amount to. */
export type ServerRow = {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly source: Source;
  readonly tools: number | null;
  readonly grade: string | null;
  readonly counts: string | null;
};

export type ToolRow = {
  readonly slug: string;
  readonly serverName: string;
  readonly name: string;
  readonly class: number;
  readonly confidence: number;
  readonly signals: string;
  readonly summary: string;
};

export function serverHit({ slug, name, title, description, source, tools, grade }: ServerRow): ServerHit {
  return {
    slug,
    name: title ?? name,
    summary: quotation(description ?? '', SUMMARY_CHARACTERS),
    source,
    ...(tools === null ? {} : { tools }),
    ...(grade === null ? {} : { grade }),
  };
}

export function toolHit({
  slug,
  serverName,
  name,
  class: rank,
  confidence,
  signals,
  summary,
}: ToolRow): ToolHit {
  const toolClass = classAt(rank);
  return {
    server: slug,
    serverName,
    name,
    class: toolClass,
    severity: severityOf(toolClass),
    confidence,
    signals: signals === '' ? [] : signals.split(' '),
    summary,
  };
}

/** The class of a rank; what is no rank of ours counts as the worst. */
const classAt = (rank: number): ToolClass => CLASSES[rank] ?? 'Financial';

/** How many tools of each class, in the order of classes. */
export function countsOf(counts: string | null): readonly number[] {
  const read: unknown = counts === null ? [] : JSON.parse(counts);
  return CLASSES.map((_, at) => (Array.isArray(read) ? Number(read[at] ?? 0) : 0));
}

/** Words of a name that not half of its siblings have: in `comfy_cancel_job` among others of `comfy_`, the last two. */
export function tellingWords(name: string, siblings: readonly string[]): readonly string[] {
  const all = siblings.map((sibling) => new Set(wordsOfName(sibling)));
  return wordsOfName(name).filter(
    (word) => all.length < 3 || all.filter((words) => words.has(word)).length * 2 < all.length,
  );
}
