import type { OutboxEvent, WebhookKind } from '../store/index.ts';
import { noticeOf } from './notice.ts';
import { slackMessage } from './slack.ts';
import { type Summary, summaryOf, TEST_SUMMARY } from './summary.ts';
import { teamsMessage } from './teams.ts';

/** What a webhook of each kind is sent, of an event and where it can be looked at. */
const BODIES = {
  json: noticeOf,
  slack: (event, url) => slackMessage(summaryOf(event, url)),
  teams: (event, url) => teamsMessage(summaryOf(event, url)),
} satisfies Record<WebhookKind, (event: OutboxEvent, url: string) => object>;

export function bodyOf(kind: WebhookKind, event: OutboxEvent, url: string): string {
  return JSON.stringify(BODIES[kind](event, url));
}

const TESTS = {
  json: ({ title, url }, atMs) => ({
    type: 'webhook.test',
    timestamp: new Date(atMs).toISOString(),
    data: { message: title, url },
  }),
  slack: slackMessage,
  teams: teamsMessage,
} satisfies Record<WebhookKind, (summary: Summary, atMs: number) => object>;

/** What is sent to find out whether a webhook works. */
export function testBody(
  kind: WebhookKind,
  { atMs, url }: { readonly atMs: number; readonly url: string },
): string {
  return JSON.stringify(TESTS[kind]({ ...TEST_SUMMARY, url }, atMs));
}
