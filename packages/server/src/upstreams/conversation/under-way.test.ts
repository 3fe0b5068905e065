import { expect, it } from 'vitest';
import { manualClock } from '../../../test/upstreams/manual-clock.ts';
import type { UpstreamNotification } from '../contract.ts';
import { ownRequest } from '../own-request.ts';
import { UnderWay } from './under-way.ts';

function setUp() {
  const underWay = new UnderWay(manualClock());
  const told: [id: number, notification: UpstreamNotification][] = [];
  const begin = (id: number, logLevel?: 'info', agentSession?: string) =>
    underWay.begin(id, {
      request: { ...ownRequest('tools/call'), logLevel, agentSession },
      notify: (notification) => told.push([id, notification]),
    });
  const take = (method: string, params: object) =>
    underWay.take(JSON.parse(JSON.stringify({ jsonrpc: '2.0', method, params })));
  return { underWay, told, begin, take };
}

it('progress goes to the request that its token names, and to no other', () => {
  const { told, begin, take } = setUp();
  begin(1);
  begin(2);
  expect(take('notifications/progress', { progressToken: 2, progress: 1 })).toBe(true);
  for (const progressToken of [3, '1', [1], null, true])
    expect(take('notifications/progress', { progressToken, progress: 1 })).toBe(false);
  expect(told).toEqual([[2, { method: 'notifications/progress', params: { progress: 1 } }]]);
});

it('a log message is of the only request that could have caused it, those that were given up among them', () => {
  const { underWay, told, begin, take } = setUp();
  begin(2, 'info');
  expect(take('notifications/message', { level: 'info', data: 'a' })).toBe(true);
  begin(1);
  expect(take('notifications/message', { level: 'info', data: 'of the other' })).toBe(false);
  underWay.giveUp(1);
  expect(take('notifications/message', { level: 'info', data: 'b' })).toBe(false);
  underWay.answeredLate(1);
  expect(take('notifications/message', { level: 'info', data: 'c' })).toBe(true);
  expect(told.map(([id, { params }]) => [id, params['data']])).toEqual([
    [2, 'a'],
    [2, 'c'],
  ]);
  underWay.end(2);
  expect(take('notifications/message', { level: 'info', data: 'd' })).toBe(false);
});

it('a log message is heard once by an agent that alone has calls, and by nobody while another has one too', () => {
  const { underWay, told, begin, take } = setUp();
  begin(1, 'info', 'a');
  begin(2, 'info', 'a');
  underWay.giveUp(2);
  begin(3, 'info', 'a');
  expect(take('notifications/message', { level: 'info', data: 'a' })).toBe(true);
  begin(4, undefined, 'b');
  expect(take('notifications/message', { level: 'info', data: 'b' })).toBe(false);
  expect(told.map(([id, { params }]) => [id, params['data']])).toEqual([[1, 'a']]);
});
