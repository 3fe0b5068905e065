import type { Output } from '../terminal/index.ts';

/** Where it is shown: how wide that is, and how it paints. */
export type Look = Pick<Output, 'paint' | 'width'>;

/** The same of what has times in it: now, and where whoever reads is. */
export type TimedLook = Look & { readonly timeZone: string; readonly nowMs: number };
