import type { Delivery } from '@boomgate/server';
import { formatTime, type Palette, renderTable, visible } from '../terminal/index.ts';
import type { TimedLook } from './look.ts';

const STATE_TONES = { due: 'held', delivered: 'good', given_up: 'bad' } as const satisfies Record<
  Delivery['state'],
  keyof Palette
>;

/** What was sent to webhooks, and what the last try came to. */
export function printDeliveries(
  deliveries: readonly Delivery[],
  { paint, timeZone, width }: TimedLook,
): string {
  const columns = [
    { title: 'TIME' },
    { title: 'EVENT' },
    { title: 'STATE' },
    { title: 'TRIES' },
    { title: 'WEBHOOK', least: 12 },
    { title: 'LAST', least: 8 },
  ];
  const rows = deliveries.map(({ attempts, createdAtMs, kind, last, state, url }) => [
    formatTime(createdAtMs, timeZone),
    kind,
    { text: state.replace('_', ' '), paint: paint[STATE_TONES[state]] },
    String(attempts),
    // The path of such an address is often a secret.
    visible(new URL(url).host || url),
    visible(last),
  ]);
  return renderTable(columns, rows, width);
}
