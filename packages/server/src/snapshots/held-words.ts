import { differenceOf } from '@boomgate/engine';
import type { ToolSnapshot } from '../store/index.ts';
import type { HeldTool } from './inspected.ts';

/** Parts of a definition in our words: the server's own may be written for the model that reads them. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ['title', 'title'],
  ['description', 'description'],
  ['inputSchema', 'arguments'],
  ['outputSchema', 'result'],
  ['annotations', 'annotations'],
]);
const OTHER_PART = 'other parts';

type About = { readonly server: string; readonly tool: string; readonly held: HeldTool };

/**
 * What the agent of a held tool is told: what changed and since when, and where a person can look at it. The command that is named only
 * shows: agents with a shell do what messages say.
 */
export function heldWords({ held, server, tool }: About, snapshots: readonly ToolSnapshot[]): string {
  const since = held.sinceMs === undefined ? '' : ` since ${minuteOf(held.sinceMs)}`;
  const look = `whoever runs the gateway can look at it with: boomgate drift show ${server} ${tool}`;
  return `tool ${JSON.stringify(tool)} is held${since}: ${whatChanged(held, snapshots)}, and no person has accepted it yet; ${look}`;
}

function whatChanged({ fingerprint }: HeldTool, snapshots: readonly ToolSnapshot[]): string {
  const now = snapshots.find((one) => one.fingerprint === fingerprint);
  if (now === undefined) return 'its definition is not the recorded one';
  const before = snapshots.find(({ state }) => state === 'accepted');
  if (before === undefined) return 'it is new on its server';
  const fields = differenceOf(before.definition, now.definition).map(({ path: [field = ''] }) => field);
  const parts = new Set(fields.map((field) => PARTS.get(field) ?? OTHER_PART));
  return `its server changed its ${joined([...parts])}`;
}

function joined(words: readonly string[]): string {
  const last = words.at(-1) ?? OTHER_PART;
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** As in `2026-07-28 17:05 UTC`. */
function minuteOf(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
