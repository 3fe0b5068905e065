import { definitionOf, isHeld } from '@boomgate/catalogue';
import type {
  KnownTool,
  SnapshotChange,
  ToolClassification,
  ToolOwner,
  ToolSnapshot,
} from '../store/index.ts';
import type { ServerSettings } from '../upstreams/index.ts';
import type { Book } from './book.ts';
import { judgedOf } from './classification.ts';
import type { SeenTool } from './fingerprint.ts';

/** A tool of a listing with its class. */
export type ClassifiedTool = SeenTool & { readonly classification: ToolClassification };

type Judging = {
  readonly book: Book;
  readonly owner: ToolOwner;
  readonly setting: ServerSettings['drift'];
  readonly nowMs: number;
};

/**
 * What a listing changes of what is known. What stands in the first listing of a server is accepted; a definition that was accepted
 * once stays accepted; another one is accepted or held, as the server's setting says.
 */
export function changeOf(listing: readonly ClassifiedTool[], judging: Judging): SnapshotChange {
  const { book } = judging;
  const atMs = book.after(judging.nowMs);
  const seen = listing.flatMap((one) => {
    const known = book.find(one);
    const row =
      known === undefined ? newRow(one, judging, atMs) : renewedRow(one, known, { ...judging, atMs });
    return row === undefined ? [] : [row];
  });
  const offered = new Set(listing.map(({ fingerprint, tool }) => `${tool} ${fingerprint}`));
  const gone = book
    .offered()
    .filter(({ fingerprint, tool }) => !offered.has(`${tool} ${fingerprint}`))
    .map(({ fingerprint, tool }) => ({ tool, fingerprint }));
  return { seen, gone, isFirst: book.isEmpty };
}

function newRow(one: ClassifiedTool, judging: Judging, atMs: number): ToolSnapshot {
  const base = { ...baseOf(one, judging), firstSeenAtMs: atMs, seenAtMs: atMs };
  if (judging.book.isEmpty)
    return { ...base, state: 'accepted', decidedAtMs: atMs, decidedBy: 'first_sight' };
  if (waits(one, judging)) return { ...base, state: 'held' };
  return { ...base, state: 'accepted', decidedAtMs: atMs, decidedBy: 'setting' };
}

/** Whether the server's setting has this definition wait for a person. */
export function waits(
  { classification, tool }: Pick<ClassifiedTool, 'classification' | 'tool'>,
  { book, setting }: Pick<Judging, 'book' | 'setting'>,
): boolean {
  const before = book.acceptedLast(tool)?.classification;
  return isHeld(setting, judgedOf(classification), before && judgedOf(before));
}

/** A known definition is written again when it came back, has another class, or is held although the setting lets it pass now. */
function renewedRow(
  one: ClassifiedTool,
  known: KnownTool,
  judging: Judging & { readonly atMs: number },
): ToolSnapshot | undefined {
  const { atMs } = judging;
  const passes = known.state === 'held' && !waits(one, judging);
  if (known.isOffered && known.classification === one.classification && !passes) return undefined;
  const { decidedAtMs, decidedBy, firstSeenAtMs } = known;
  const seenAtMs = known.isOffered ? known.seenAtMs : atMs;
  const base = { ...baseOf(one, judging), firstSeenAtMs, seenAtMs };
  if (passes) return { ...base, state: 'accepted', decidedAtMs: atMs, decidedBy: 'setting' };
  return {
    ...base,
    state: known.state,
    ...(decidedAtMs === undefined ? {} : { decidedAtMs }),
    ...(decidedBy === undefined ? {} : { decidedBy }),
  };
}

function baseOf({ classification, fingerprint, item, tool }: ClassifiedTool, { owner }: Judging) {
  return { ...owner, tool, fingerprint, definition: definitionOf(item), classification, isOffered: true };
}
