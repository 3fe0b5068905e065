import {
  classifiedOf,
  classify,
  entriesOf,
  gradedOf,
  gradeServer,
  readDefinition,
  recommend,
  type ToolDefinition,
} from '@boomgate/catalogue';
import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import type { Listing, UpstreamDescription } from '../upstreams/index.ts';
import {
  DEFINITION_BYTES,
  FACT_CHARACTERS,
  INSTRUCTIONS_CHARACTERS,
  NAMED_DROPPED,
  SERVER_INFO_BYTES,
} from './bounds.ts';
import type { DroppedTool, ListedServer, Remark, RemarkCode } from './contract.ts';
import type { Seen } from './seen.ts';

type Found = {
  readonly name: string;
  readonly description: UpstreamDescription;
  readonly listing: Listing;
  readonly seen: Seen;
  /** The exact version of its package is known. */
  readonly isPinned: boolean;
};

/** What a list amounts to: classes, grade, policy and remarks. Pure. */
export function composeListed(
  found: Found,
): Pick<
  ListedServer,
  | 'outcome'
  | 'era'
  | 'protocol'
  | 'serverInfo'
  | 'instructions'
  | 'tools'
  | 'dropped'
  | 'grade'
  | 'policy'
  | 'remarks'
> {
  const { name, description, listing, isPinned } = found;
  const { kept, dropped } = sortOut(listing);
  const entries = entriesOf(
    name,
    kept.map(({ tool }) => tool),
  );
  const tools = kept.flatMap(({ item }, index) => {
    const classification = entries[index]?.classification;
    return classification === undefined ? [] : [{ definition: item, classification }];
  });
  const recommended = recommend(classifiedOf(name, entries));
  const instructions = description.instructions?.slice(0, INSTRUCTIONS_CHARACTERS);
  return {
    outcome: 'listed',
    era: description.era,
    protocol: description.protocol.slice(0, FACT_CHARACTERS),
    serverInfo: boundedInfo(description.serverInfo),
    ...(instructions === undefined ? {} : { instructions }),
    tools,
    dropped: dropped.slice(0, NAMED_DROPPED),
    grade: gradeServer(entries.map(gradedOf), { isPinned, isPublisherKnown: false }),
    policy: recommended.policy,
    remarks: remarksOf(found, { dropped: dropped.length, left: recommended.leftOut.length }),
  };
}

type Kept = { readonly item: JsonObject; readonly tool: ToolDefinition };

function sortOut(listing: Listing): {
  readonly kept: readonly Kept[];
  readonly dropped: readonly DroppedTool[];
} {
  const kept: Kept[] = [];
  const dropped: DroppedTool[] = [...listing.dropped];
  for (const [key, item] of listing.byKey) {
    const bytes = Buffer.byteLength(JSON.stringify(item));
    const read = readDefinition(item);
    if (bytes > DEFINITION_BYTES)
      dropped.push({
        key,
        reason: `its definition has ${bytes} bytes, of which at most ${DEFINITION_BYTES} are taken`,
      });
    else if (!read.ok) dropped.push({ key, reason: read.message });
    else kept.push({ item, tool: read.tool });
  }
  return { kept, dropped };
}

const CUT_CODES = {
  items: 'too_many_tools',
  bytes: 'too_many_bytes',
  pages: 'too_many_pages',
  failure: 'list_broke_off',
} as const satisfies Record<NonNullable<Listing['cut']>['by'], RemarkCode>;

function remarksOf(
  { description, listing, seen }: Found,
  counts: { readonly dropped: number; readonly left: number },
): readonly Remark[] {
  const { cut } = listing;
  const { instructions } = description;
  const taken = listing.byKey.size;
  const remarks: (Remark | false)[] = [
    cut !== undefined && {
      code: CUT_CODES[cut.by],
      message: `${cut.detail.slice(0, FACT_CHARACTERS)}; ${taken} were taken, ${cut.leftOut} or more left out`,
    },
    counts.dropped > 0 && {
      code: 'tools_dropped',
      message: `${counted(counts.dropped, 'tool')} dropped, which a gateway would not offer`,
    },
    taken === 0 && { code: 'no_tools', message: 'it offers no tools' },
    seen.noise > 0 && {
      code: 'printed_noise',
      message: `it wrote ${counted(seen.noise, 'line')} to standard output that are not messages`,
    },
    instructions !== undefined &&
      isHostile(instructions.slice(0, INSTRUCTIONS_CHARACTERS)) && {
        code: 'hostile_instructions',
        message: 'its instructions hide characters or command the model',
      },
    instructions !== undefined &&
      instructions.length > INSTRUCTIONS_CHARACTERS && {
        code: 'instructions_cut',
        message: `its instructions have ${instructions.length} characters, of which ${INSTRUCTIONS_CHARACTERS} were taken`,
      },
  ];
  return remarks.filter((remark) => remark !== false);
}

/** Instructions may tell the model how to use the server, but not what descriptions may not either. */
function isHostile(instructions: string): boolean {
  const { signals } = classify({ name: 'instructions', description: instructions });
  return signals.some(({ signal }) => signal === 'poisoning' || signal === 'hidden_characters');
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function boundedInfo(info: JsonObject): JsonObject {
  if (Buffer.byteLength(JSON.stringify(info)) <= SERVER_INFO_BYTES) return info;
  return { name: shortText(info['name']), version: shortText(info['version']) };
}

function shortText(value: Json | undefined): string {
  return typeof value === 'string' && !isJsonObject(value) ? value.slice(0, FACT_CHARACTERS) : '';
}
