import type { Stacked } from './columns.ts';

/** The roles of `style.css` that outcomes are drawn with; the legend names each. */
export const COLORS = {
  allow: '--good',
  served: '--line-strong',
  approve: '--info',
  limit: '--warn',
  hide: '--mute',
  deny: '--bad',
  malformed: '--high',
  error: '--high',
} as const satisfies Record<Stacked, `--${string}`>;
