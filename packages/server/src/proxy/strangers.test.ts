import { describe, expect, it } from 'vitest';
import { STRANGERS_AT_ONCE, STRANGERS_KEPT, STRANGERS_PER_SECOND } from '../limits/index.ts';
import { Strangers } from './strangers.ts';

function send(strangers: Strangers, requests: number, network = 'one'): void {
  for (let sent = 0; sent < requests; sent += 1) strangers.note(network, 0);
}

describe('requests without a grant', () => {
  it('are too many from the one after the last that a network may send', () => {
    const strangers = new Strangers();
    send(strangers, STRANGERS_AT_ONCE - 1);
    expect(strangers.areTooMany('one', 0)).toBe(false);
    send(strangers, 1);
    expect(strangers.areTooMany('one', 0)).toBe(true);
    expect(strangers.areTooMany('another', 0)).toBe(false);
  });

  it('are taken again as time passes, and a flood does not make the wait longer', () => {
    const strangers = new Strangers();
    send(strangers, 10 * STRANGERS_AT_ONCE);
    const oneLaterMs = 1_000 / STRANGERS_PER_SECOND;
    expect(strangers.areTooMany('one', oneLaterMs - 1)).toBe(true);
    expect(strangers.areTooMany('one', oneLaterMs)).toBe(false);
    strangers.note('one', oneLaterMs);
    expect(strangers.areTooMany('one', oneLaterMs)).toBe(true);
  });

  it('are counted for a bounded number of networks, of which the quietest is forgotten', () => {
    const strangers = new Strangers();
    send(strangers, STRANGERS_AT_ONCE, 'quiet');
    send(strangers, STRANGERS_AT_ONCE, 'loud');
    for (let network = 2; network < STRANGERS_KEPT; network += 1) strangers.note(String(network), 0);
    strangers.note('loud', 0);
    expect(strangers.areTooMany('quiet', 0)).toBe(true);
    strangers.note('one more', 0);
    expect([strangers.areTooMany('quiet', 0), strangers.areTooMany('loud', 0)]).toEqual([false, true]);
  });
});
