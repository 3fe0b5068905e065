/** What its receiver understands, and where such an address comes from. */
export const KINDS = {
  json: {
    name: 'a program',
    hint: 'It gets JSON, signed (Standard Webhooks): check the signature before you trust it.',
    example: 'https://hooks.example.com/boomgate',
  },
  slack: {
    name: 'Slack',
    hint: 'The address of an incoming webhook: in Slack, your app, Incoming Webhooks, Add New Webhook.',
    example: 'https://hooks.slack.com/services/…',
  },
  teams: {
    name: 'Microsoft Teams',
    hint: 'The address of a workflow: in Teams, the channel, Workflows, "Post to a channel when a webhook request is received".',
    example: 'https://….logic.azure.com/workflows/…',
  },
} as const;

export type WebhookKind = keyof typeof KINDS;

export const EVENTS = {
  asked: 'a call waits',
  decided: 'a call was decided',
  expired: 'a call expired',
  held: 'tools are held',
  proposed: 'a policy waits for a second person',
  proposal_decided: 'a change of a policy was decided',
  misused: 'somebody else may have a token',
  secrets_seen: 'a call held what looks like a secret',
  access_asked: 'somebody asks for access',
  access_decided: 'a request for access was decided',
  ends_soon: 'a grant or an API key ends soon',
} as const;

export type WebhookEvent = keyof typeof EVENTS;

// Casts: the keys of the tables.
const KIND_NAMES = Object.keys(KINDS) as readonly WebhookKind[];
export const EVENT_NAMES = Object.keys(EVENTS) as readonly WebhookEvent[];

/** Each kind and its words, to choose from. */
export const KIND_CHOICES = KIND_NAMES.map((kind) => [kind, KINDS[kind].name] as const);

export function spokenEvents(events: readonly WebhookEvent[]): string {
  return events.map((one) => EVENTS[one]).join(', ');
}
