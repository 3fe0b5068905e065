import { bounds, counterText } from '@boomgate/engine';

const RATE = '_rate';

/**
 * The counter of a tool's calls: its name in lower case and `_rate`. Of a name that is too long its beginning and a digest
 * of all of it, so that tools whose names begin alike are counted apart.
 */
export function rateCounter(tool: string): string {
  const text = counterText(tool.toLowerCase());
  return text.length <= ROOM ? `${text}${RATE}` : withDigest(text, text);
}

/** The counters of several tools, each its own: two that differ by the case of letters alone get a digest of their names. */
export function rateCounters(tools: Iterable<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [counter, alike] of Map.groupBy(new Set(tools), rateCounter)) {
    const isAlone = alike.length === 1;
    for (const tool of alike)
      found.set(tool, isAlone ? counter : withDigest(counterText(tool.toLowerCase()), tool));
  }
  return found;
}

const ROOM = bounds.COUNTER_LENGTH - RATE.length;

function withDigest(text: string, all: string): string {
  const digest = `-${digestOf(all)}`;
  return `${text.slice(0, ROOM - digest.length)}${digest}${RATE}`;
}

/** FNV-1a, 32 bits: tells names apart, and proves nothing. */
function digestOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
