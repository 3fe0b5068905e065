import type { SignedInAgent } from '@boomgate/server';
import { formatMoment, indented, renderTable, TABLE_COLUMNS, textWidth, visible } from '../terminal/index.ts';
import type { TimedLook } from './look.ts';

/** As much as tells them apart; "sign-out" takes it, too. */
const SHOWN_OF_ID = 12;

/**
 * Agents that signed in by themselves. What one calls itself is its own word, unless a document is named that says so. It is shown whole, below
 * its row where that is too narrow: subjects of workloads differ at their ends.
 */
export function printSignedIn(
  agents: readonly SignedInAgent[],
  { nowMs, timeZone, width }: Pick<TimedLook, 'nowMs' | 'timeZone' | 'width'>,
): string {
  const [id, ...others] = [{ title: 'ID' }, { title: 'LET IN BY', least: 10 }, { title: 'SINCE' }];
  const names = agents.map(({ client }) => visible(client.document ?? nameOf(client)));
  const rows = agents.map(
    (agent) =>
      [
        agent.id.slice(0, SHOWN_OF_ID),
        visible(letInBy(agent)),
        formatMoment(agent.atMs, { nowMs, timeZone }),
      ] as const,
  );
  const withNames = rows.map(([first, ...more], at) => [first, names[at] ?? '', ...more]);
  const whole = renderTable([id, { title: 'AGENT' }, ...others], withNames, width);
  if (width < TABLE_COLUMNS || whole.split('\n').every((line) => textWidth(line) <= width)) return whole;
  const [titles, ...lines] = renderTable([id, ...others], rows, width).split('\n');
  return [titles, ...lines.flatMap((line, at) => [line, indented(names[at] ?? '')])].join('\n');
}

function letInBy({ person, provider, shows, workload }: SignedInAgent): string {
  if (shows !== undefined) return `the ${shows} of the grant`;
  if (person === undefined) return `the file, by ${workload}`;
  return provider === undefined ? person : `${provider}, for ${person}`;
}

function nameOf({ name = '(no name)', returnsTo }: SignedInAgent['client']): string {
  return returnsTo === undefined ? name : `${name}, back to ${returnsTo}`;
}
