import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { ROUND_MS } from '../../limits/index.ts';
import { keyedHash, Seal } from '../../store/index.ts';
import type { RequestMessage } from '../message/message.ts';
import { type Round, Rounds, type StatefulRequest } from './rounds.ts';

const key = randomBytes(32);
const digest = keyedHash(randomBytes(32));
const openRounds = (process = 'p1', sealKey = key) =>
  new Rounds({ seal: new Seal(sealKey, 'boomgate round 1'), digest, process });

const QUESTION = { method: 'elicitation/create', params: { mode: 'form', message: 'sure?' } };
const asked = {
  kind: 'input_required',
  inputRequests: { k: QUESTION },
  requestState: 'inner',
  bytes: 1,
  callId: 'row-1',
} as const;

function request(params: JsonObject = {}, more: Partial<StatefulRequest> = {}): StatefulRequest {
  const message: RequestMessage = {
    kind: 'request',
    era: 'modern',
    protocol: '2026-07-28',
    id: 1,
    method: 'tools/call',
    params: { name: 'refund', arguments: { amount: 5 }, ...params },
    meta: {},
    client: {},
    capabilities: {},
  };
  return { grantId: 'g1', serverId: 's1', message, nowMs: 1_000, ...more };
}

/** The state that an agent gets when the server asks in the first round. */
function stateOf(rounds: Rounds, first = request()): string {
  const round = rounds.open(first);
  if (typeof round === 'string') throw new Error(round);
  const answer = rounds.ask(first, round, asked);
  if (answer.kind !== 'result') throw new Error('expected a result');
  expect(answer.result).toMatchObject({ resultType: 'input_required', inputRequests: { k: QUESTION } });
  return String(answer.result['requestState']);
}

describe('a request that comes again with the input that was asked for', () => {
  it('goes on with the same call, which is counted already, and carries the state of the server', () => {
    const rounds = openRounds();
    const requestState = stateOf(rounds);
    const inputResponses = { k: { action: 'accept' } };
    expect(rounds.open(request({ requestState, inputResponses, _meta: { other: 1 } }))).toEqual({
      number: 2,
      continues: 'row-1',
      isCounted: true,
      input: { inputResponses, requestState: 'inner' },
    });
  });

  it('names the first row in every later round', () => {
    const rounds = openRounds();
    const second = request({ requestState: stateOf(rounds) });
    const round = rounds.open(second) as Round;
    const third = rounds.ask(second, round, { ...asked, callId: 'row-2' });
    const requestState = third.kind === 'result' ? String(third.result['requestState']) : '';
    expect(rounds.open(request({ requestState }))).toMatchObject({ number: 3, continues: 'row-1' });
  });

  it.each<[string, JsonObject, Partial<StatefulRequest>]>([
    ['by another grant', {}, { grantId: 'g2' }],
    ['at another server', {}, { serverId: 's2' }],
    ['with other arguments', { arguments: { amount: 500 } }, {}],
    ['for another tool', { name: 'delete' }, {}],
    ['with a further parameter', { cursor: 'x' }, {}],
  ])('is refused %s', (_who, params, more) => {
    const rounds = openRounds();
    const requestState = stateOf(rounds);
    expect(rounds.open(request({ requestState, ...params }, more))).toContain('not given for this request');
    // The state is still good for whom it was made.
    expect(rounds.open(request({ requestState }))).toMatchObject({ number: 2 });
  });

  it('is refused when its time is over', () => {
    const rounds = openRounds();
    const requestState = stateOf(rounds);
    expect(rounds.open(request({ requestState }, { nowMs: 1_000 + ROUND_MS }))).toContain('expired');
    expect(rounds.open(request({ requestState }, { nowMs: 999 + ROUND_MS }))).toMatchObject({ number: 2 });
  });

  it('is refused the second time', () => {
    const rounds = openRounds();
    const requestState = stateOf(rounds);
    expect(rounds.open(request({ requestState }))).toMatchObject({ number: 2 });
    expect(rounds.open(request({ requestState }))).toContain('already used');
  });

  it('is refused with any other text, one bit changed or another key', () => {
    const rounds = openRounds();
    const state = stateOf(rounds);
    for (const requestState of [
      `${state.slice(0, 30)}${state[30] === 'A' ? 'B' : 'A'}${state.slice(31)}`,
      `${state}=`,
      'inner',
      '',
    ])
      expect(rounds.open(request({ requestState }))).toContain('not given');
    expect(rounds.open(request({ requestState: stateOf(openRounds('p1', randomBytes(32))) }))).toContain(
      'not given',
    );
    expect(rounds.open(request({ requestState: 7 }))).toContain('not given');
  });

  it('counts as before where another grant uses more states than are remembered', () => {
    const rounds = new Rounds({ seal: new Seal(key, 'boomgate round 1'), digest, process: 'p1', most: 3 });
    const waiting = stateOf(rounds);
    const many = (params: JsonObject, nowMs: number) => request(params, { grantId: 'g2', nowMs });
    const states = [1_001, 1_002, 1_003, 1_004].map((nowMs) => stateOf(rounds, many({}, nowMs)));
    for (const requestState of states) rounds.open(many({ requestState }, 2_000));
    expect(rounds.open(request({ requestState: waiting }))).toMatchObject({ number: 2, isCounted: true });
    expect(rounds.open(request({ requestState: waiting }))).toContain('already used');
    // What is not known any more to be used is no way around a limit.
    expect(rounds.open(many({ requestState: states[0] ?? '' }, 2_000))).toMatchObject({ isCounted: false });
  });

  it('counts anew after a restart, since what was used before is not known any more', () => {
    const requestState = stateOf(openRounds('before'));
    expect(openRounds('after').open(request({ requestState }))).toMatchObject({
      number: 2,
      isCounted: false,
    });
  });
});

describe('input without a state', () => {
  it('belongs to a new request, which is counted', () => {
    const inputResponses = { k: { action: 'accept' } };
    expect(openRounds().open(request({ inputResponses }))).toEqual({
      number: 1,
      isCounted: false,
      input: { inputResponses },
    });
  });

  it.each([[[]], ['x'], [1]])('that is %j is refused', (inputResponses) => {
    expect(openRounds().open(request({ inputResponses }))).toContain('expected params.inputResponses');
  });
});
