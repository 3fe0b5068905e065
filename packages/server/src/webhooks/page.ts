import type { OutboxEvent } from '../store/index.ts';

/** The path of the gateway's page where who signs in can look at what an event is about, and decide. */
export function pageOf(event: OutboxEvent): string {
  switch (event.kind) {
    case 'held':
      return `/servers/${encodeURIComponent(event.about.server)}`;
    case 'proposed':
    case 'proposal_decided':
      return `/proposals/${event.about.id}`;
    default:
      return `/approvals/${event.about.id}`;
  }
}
