import type { ComfyClient } from './client.ts';

/**
 * How precisely a server can stop a running job: `jobs` atomically by id, `targeted` by id if it runs, `global` whatever
 * runs at that moment.
 */
export type Age = 'jobs' | 'targeted' | 'global';

/** The first release that heeds `prompt_id` of `POST /interrupt` (ComfyUI commit 464ba1d6 of 2 September 2025). */
const FIRST_TARGETED = [0, 3, 58] as const;

/** Asks each time: a server may be another one since. What does not say its version counts as old. */
export async function ageOf(comfy: ComfyClient): Promise<Age> {
  if (await comfy.hasJobs()) return 'jobs';
  return isTargeted(await comfy.version()) ? 'targeted' : 'global';
}

export function isTargeted(version: string | undefined): boolean {
  const parts = /^v?(\d+)\.(\d+)\.(\d+)/
    .exec(version ?? '')
    ?.slice(1)
    .map(Number);
  if (parts === undefined) return false;
  for (const [index, first] of FIRST_TARGETED.entries()) {
    const part = parts[index] ?? 0;
    if (part !== first) return part > first;
  }
  return true;
}
