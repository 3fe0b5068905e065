import { isJsonObject, type Json } from '@boomgate/engine';

/** How a tool stands, in a word. `custom`: only its rules can tell. */
export const MODES = ['allow', 'limit', 'ask', 'deny', 'hide', 'custom'] as const;
export type Mode = (typeof MODES)[number];

const LIMIT_KEYS = ['limits', 'rate_limit', 'spend_limit'];

/** The word for an entry of `tools`. */
export function modeOf(entry: Json): Exclude<Mode, 'hide'> {
  if (!isJsonObject(entry)) return 'custom';
  const action = entry['action'] ?? 'allow';
  const keys = Object.keys(entry).filter((key) => key !== 'action');
  const areOf = (...allowed: readonly string[]) => keys.every((key) => allowed.includes(key));
  if (action === 'deny' && areOf('reason')) return 'deny';
  if (action === 'require_approval' && areOf('reason', 'approval')) return 'ask';
  if (action !== 'allow') return 'custom';
  if (keys.length === 0) return 'allow';
  return areOf(...LIMIT_KEYS) ? 'limit' : 'custom';
}
