import { Badge, type Tone } from '../ui/index.ts';

export type Shown = { readonly tone: Tone; readonly mark: string; readonly word: string };

export const SEVERITIES: Readonly<Record<string, Shown>> = {
  Critical: { tone: 'bad', mark: '◆', word: 'Critical' },
  High: { tone: 'high', mark: '▲', word: 'High' },
  Medium: { tone: 'warn', mark: '■', word: 'Medium' },
  Low: { tone: 'mute', mark: '●', word: 'Low' },
};

export const OUTCOMES: Readonly<Record<string, Shown>> = {
  allow: { tone: 'good', mark: '✓', word: 'allowed' },
  deny: { tone: 'bad', mark: '✕', word: 'denied' },
  hide: { tone: 'mute', mark: '∅', word: 'hidden' },
  limit: { tone: 'warn', mark: '≤', word: 'limited' },
  approve: { tone: 'info', mark: '?', word: 'asked' },
  malformed: { tone: 'bad', mark: '!', word: 'malformed' },
  error: { tone: 'bad', mark: '!', word: 'error' },
  served: { tone: 'mute', mark: '·', word: 'served' },
};

const STATES: Readonly<Record<string, Shown>> = {
  active: { tone: 'good', mark: '●', word: 'active' },
  ready: { tone: 'good', mark: '●', word: 'ready' },
  accepted: { tone: 'good', mark: '✓', word: 'accepted' },
  approved: { tone: 'good', mark: '✓', word: 'approved' },
  used: { tone: 'mute', mark: '✓', word: 'used' },
  open: { tone: 'info', mark: '○', word: 'open' },
  waiting: { tone: 'info', mark: '?', word: 'waiting' },
  starting: { tone: 'info', mark: '○', word: 'starting' },
  paused: { tone: 'warn', mark: '‖', word: 'paused' },
  held: { tone: 'warn', mark: '‖', word: 'held' },
  failing: { tone: 'bad', mark: '!', word: 'failing' },
  stopped: { tone: 'bad', mark: '■', word: 'stopped' },
  refused: { tone: 'bad', mark: '✕', word: 'refused' },
  granted: { tone: 'good', mark: '✓', word: 'granted' },
  declined: { tone: 'bad', mark: '✕', word: 'declined' },
  rejected: { tone: 'bad', mark: '✕', word: 'rejected' },
  withdrawn: { tone: 'mute', mark: '↩', word: 'withdrawn' },
  due: { tone: 'info', mark: '○', word: 'sending' },
  delivered: { tone: 'good', mark: '✓', word: 'delivered' },
  given_up: { tone: 'bad', mark: '✕', word: 'gave up' },
  expired: { tone: 'mute', mark: '◔', word: 'expired' },
  revoked: { tone: 'bad', mark: '✕', word: 'revoked' },
};

const UNKNOWN = (word: string): Shown => ({ tone: 'mute', mark: '·', word });

export function Shape({ mark, tone, word }: Shown) {
  return (
    <Badge tone={tone} mark={mark}>
      {word}
    </Badge>
  );
}

export function OutcomeBadge({ outcome }: { readonly outcome: string }) {
  return <Shape {...(OUTCOMES[outcome] ?? UNKNOWN(outcome))} />;
}

export function SeverityBadge({ severity }: { readonly severity: string }) {
  return <Shape {...(SEVERITIES[severity] ?? UNKNOWN(severity))} />;
}

/** The class of a tool, in the colour of its severity. */
export function ClassBadge({ of, severity }: { readonly of: string; readonly severity: string }) {
  return <Shape {...(SEVERITIES[severity] ?? UNKNOWN(severity))} word={of} />;
}

export function StateBadge({ state }: { readonly state: string }) {
  return <Shape {...(STATES[state] ?? UNKNOWN(state))} />;
}
