import { createHash } from 'node:crypto';
import { ORGANIZATION, type Store, type ToolSnapshot } from '@boomgate/server/stored';

/** A definition with the accepted one that it is compared with; without that the tool is new. */
export type Drift = { readonly now: ToolSnapshot; readonly before?: ToolSnapshot };

/** Digits of a fingerprint that commands print: 64 bits, as nobody can make another definition that begins so. */
export const SHOWN_DIGITS = 16;

/** Of each tool the newest definition that is held, in the order of servers and tools. */
export async function heldDrift({ tools }: Store, server?: string): Promise<readonly Drift[]> {
  const all = await tools.list({ organization: ORGANIZATION, ...(server === undefined ? {} : { server }) });
  const seen = new Set<string>();
  return all.flatMap((now) => {
    const key = JSON.stringify([now.server, now.tool]);
    if (now.state !== 'held' || seen.has(key)) return [];
    seen.add(key);
    return [driftOf(now, all)];
  });
}

/** What is to be shown of a tool: what is held, else its last change; undefined for a tool that nobody has seen. */
export function latestDrift(snapshots: readonly ToolSnapshot[]): Drift | undefined {
  const now = snapshots.find(({ state }) => state === 'held') ?? snapshots[0];
  return now && driftOf(now, snapshots);
}

/** A held definition is compared with what was accepted last, an accepted one with what was accepted before it. */
function driftOf(now: ToolSnapshot, all: readonly ToolSnapshot[]): Drift {
  const before = all.find(
    (one) =>
      one.server === now.server &&
      one.tool === now.tool &&
      one.state === 'accepted' &&
      one.fingerprint !== now.fingerprint &&
      (now.state === 'held' || one.seenAtMs <= now.seenAtMs),
  );
  return before === undefined ? { now } : { now, before };
}

/** Identifies everything that is held of a server together. */
export function fingerprintOfAll(drift: readonly Drift[]): string {
  const lines = drift.map(({ now }) => `${now.tool} ${now.fingerprint}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}
