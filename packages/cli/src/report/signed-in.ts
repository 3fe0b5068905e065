import type { SignedInAgent } from '@boomgate/server';
import { formatMoment, renderTable, visible } from '../terminal/index.ts';
import type { GrantsLook } from './grants.ts';

/** As much as tells them apart; "sign-out" takes it, too. */
const SHOWN_OF_ID = 12;

/** Agents that signed in by themselves. What one calls itself is its own word, unless a document is named that says so. */
export function printSignedIn(
  agents: readonly SignedInAgent[],
  { nowMs, timeZone, width }: Pick<GrantsLook, 'nowMs' | 'timeZone' | 'width'>,
): string {
  const columns = [
    { title: 'ID' },
    { title: 'AGENT', least: 12 },
    { title: 'LET IN BY', least: 10 },
    { title: 'SINCE' },
  ];
  const rows = agents.map(({ atMs, client, id, person, provider, workload }) => [
    id.slice(0, SHOWN_OF_ID),
    visible(client.document ?? nameOf(client)),
    visible(letInBy({ person, provider, workload })),
    formatMoment(atMs, { nowMs, timeZone }),
  ]);
  return renderTable(columns, rows, width);
}

type LetIn = Partial<Record<'person' | 'provider' | 'workload', string | undefined>>;

function letInBy({ person, provider, workload }: LetIn): string {
  if (person === undefined) return `the file, by ${workload}`;
  return provider === undefined ? person : `${provider}, for ${person}`;
}

function nameOf({ name = '(no name)', returnsTo }: SignedInAgent['client']): string {
  return returnsTo === undefined ? name : `${name}, back to ${returnsTo}`;
}
