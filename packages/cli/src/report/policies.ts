import { formatMoment, renderTable, visible } from '../terminal/index.ts';
import type { TimedLook } from './look.ts';

export type ListedPolicy = {
  readonly name: string;
  /** Absent while grants name a policy that no gateway has had in force. */
  readonly from?: 'file' | 'stored';
  readonly version?: number;
  readonly sha256?: string;
  readonly atMs?: number;
  /** Those that are not over. */
  readonly grants: number;
};

/** A line for each: which version decides calls, where it comes from, and how many grants name it. */
export function printPolicies(
  policies: readonly ListedPolicy[],
  { nowMs, paint, timeZone, width }: TimedLook,
): string {
  const columns = [
    { title: 'POLICY', least: 8 },
    { title: 'VERSION' },
    { title: 'FROM' },
    { title: 'SAVED' },
    { title: 'GRANTS' },
  ];
  const rows = policies.map(({ atMs, from, grants, name, version }) => [
    visible(name),
    version === undefined ? { text: 'none', paint: paint.held } : String(version),
    from ?? '',
    atMs === undefined ? '' : formatMoment(atMs, { nowMs, timeZone }),
    String(grants),
  ]);
  return renderTable(columns, rows, width);
}
