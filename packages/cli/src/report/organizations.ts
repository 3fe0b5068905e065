import { renderTable, visible } from '../terminal/index.ts';
import type { Look } from './look.ts';

type ListedOrganization = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly members: number;
  /** Those that were registered through the API. */
  readonly servers: number;
  /** Those that are not revoked. */
  readonly grants: number;
  readonly agentsStopped: boolean;
};

/** A line for each organisation. */
export function printOrganizations(
  organizations: readonly ListedOrganization[],
  { paint, width }: Look,
): string {
  const columns = [
    { title: 'NAME', least: 8 },
    { title: 'ID' },
    { title: 'MEMBERS' },
    { title: 'SERVERS' },
    { title: 'GRANTS' },
  ];
  const rows = organizations.map(({ agentsStopped, grants, id, members, name, servers }) => [
    visible(name),
    visible(id),
    String(members),
    String(servers),
    agentsStopped ? { text: `${grants}, stopped`, paint: paint.held } : String(grants),
  ]);
  return renderTable(columns, rows, width);
}
