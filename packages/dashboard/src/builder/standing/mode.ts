import { isJsonObject, type Json } from '@boomgate/engine';
import { readEntry } from '../model/index.ts';

/** How a tool stands, in a word. `custom`: only its rules can tell. */
export const MODES = ['allow', 'limit', 'ask', 'deny', 'hide', 'custom'] as const;
export type Mode = (typeof MODES)[number];

/** Beside `action`, what an entry of a mode may say: with more it is `custom`, and these are kept of one that changes to it. */
export const KEYS_OF = {
  allow: [],
  limit: ['limits', 'rate_limit', 'spend_limit'],
  ask: ['reason', 'approval'],
  deny: ['reason'],
} as const satisfies Partial<Record<Mode, readonly string[]>>;

/** The word for an entry of `tools`. What has no form in it is shown under Custom alone. */
export function modeOf(entry: Json): Exclude<Mode, 'hide'> {
  if (!isJsonObject(entry) || readEntry(entry)?.rest.length !== 0) return 'custom';
  const action = entry['action'] ?? 'allow';
  const keys = Object.keys(entry).filter((key) => key !== 'action');
  const areOf = (allowed: readonly string[]) => keys.every((key) => allowed.includes(key));
  if (action === 'deny' && areOf(KEYS_OF.deny)) return 'deny';
  if (action === 'require_approval' && areOf(KEYS_OF.ask)) return 'ask';
  if (action !== 'allow') return 'custom';
  if (areOf(KEYS_OF.allow)) return 'allow';
  return areOf(KEYS_OF.limit) ? 'limit' : 'custom';
}
