import type { PolicyVersion } from '@boomgate/server';
import { formatMoment, renderTable, visible } from '../terminal/index.ts';
import type { TimedLook } from './look.ts';

type PolicyVersionsLook = TimedLook & {
  /** The stored version that decides calls; absent for a policy that a file declares. */
  readonly inForce: number | undefined;
};

/** Newest first, a line for each. */
export function printPolicyVersions(
  versions: readonly PolicyVersion[],
  { inForce, nowMs, paint, timeZone, width }: PolicyVersionsLook,
): string {
  const columns = [
    { title: 'VERSION' },
    { title: 'SAVED' },
    { title: 'BY', least: 8 },
    { title: 'SHA-256' },
    { title: 'NOTE', least: 8 },
  ];
  const rows = versions.map(({ author, createdAtMs, note, origin, sha256, version }) => [
    version === inForce ? { text: `${version} in force`, paint: paint.good } : String(version),
    formatMoment(createdAtMs, { nowMs, timeZone }),
    visible(author?.name || (origin === 'file' ? 'the file' : '(not kept)')),
    sha256.slice(0, SHOWN_DIGITS),
    visible(note),
  ]);
  return renderTable(columns, rows, width);
}

/** Digits by which a person tells two texts apart. */
const SHOWN_DIGITS = 8;
