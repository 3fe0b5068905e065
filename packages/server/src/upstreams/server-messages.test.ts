import { describe, expect, it } from 'vitest';
import { manualClock } from '../../test/upstreams/manual-clock.ts';
import { NOTIFICATIONS_PER_SECOND } from './bounds.ts';
import { answerServerRequest, throttled, toNotification } from './server-messages.ts';

describe('answerServerRequest', () => {
  it.each([
    ['ping', { result: {} }],
    ['roots/list', { result: { roots: [] } }],
    ['elicitation/create', { result: { action: 'cancel' } }],
    ['sampling/createMessage', { error: { code: -32601 } }],
    ['constructor', { error: { code: -32601 } }],
  ])('answers %s locally', (method, answer) => {
    const text = answerServerRequest({ id: 0, method });
    expect(JSON.parse(text ?? '')).toMatchObject({ jsonrpc: '2.0', id: 0, ...answer });
  });

  it('answers nothing to notifications and answers', () => {
    expect(answerServerRequest({ method: 'ping' })).toBeUndefined();
    expect(answerServerRequest({ method: 'ping', id: null })).toBeUndefined();
    expect(answerServerRequest({ id: 1, result: {} })).toBeUndefined();
  });
});

describe('toNotification', () => {
  it('takes the token out of the parameters', () => {
    const message = {
      method: 'notifications/progress',
      params: { progressToken: 3, progress: 1, message: 'x' },
    };
    expect(toNotification(message)).toEqual({
      token: 3,
      notification: { method: 'notifications/progress', params: { progress: 1, message: 'x' } },
    });
    expect(toNotification({ method: 'notifications/other', params: {} })).toBeUndefined();
  });
});

describe('throttled', () => {
  it('drops the rest of a flood until the next second', () => {
    const clock = manualClock();
    let passed = 0;
    const pass = throttled(clock, () => {
      passed += 1;
    });
    const notification = { method: 'notifications/progress', params: {} } as const;
    for (let sent = 0; sent < NOTIFICATIONS_PER_SECOND + 50; sent += 1) pass(notification);
    expect(passed).toBe(NOTIFICATIONS_PER_SECOND);
    clock.advance(1_000);
    pass(notification);
    expect(passed).toBe(NOTIFICATIONS_PER_SECOND + 1);
  });
});
