import { canonicalJson, type JsonObject } from '@boomgate/engine';
import { expect } from 'vitest';
import type { DecisionRow } from '../../../src/index.ts';
import type { Answer } from './agent.ts';
import type { Cases } from './boot.ts';

/** What an action did to servers, counters and log. */
type Effects = {
  readonly answer: Answer;
  readonly forwarded: readonly { readonly server: string; readonly params: JsonObject | undefined }[];
  readonly counted: number;
  readonly rows: readonly DecisionRow[];
};

async function effectsOf(cases: Cases, act: () => Promise<Answer>): Promise<Effects> {
  const { ledgers } = cases;
  const countedBefore = await ledgers.counted();
  const before = (await ledgers.newest())?.cursor;
  const receivedBefore = ledgers.received.length;
  const answer = await act();
  const forwarded = ledgers.received
    .slice(receivedBefore)
    .filter(({ received }) => PASSED_ON.has(received.message.method ?? ''))
    .map(({ received, server }) => ({ server, params: received.message.params }));
  const rows = (await ledgers.rows(before)).map(({ row }) => row);
  const served = new Set(['initialize', 'tools/list', 'GET', 'GET sse', 'DELETE']);
  return {
    answer,
    forwarded,
    counted: (await ledgers.counted()) - countedBefore,
    rows: rows.filter(({ method }) => !served.has(method)),
  };
}

const PASSED_ON = new Set(['tools/call', 'prompts/get', 'resources/read', 'completion/complete']);

/** DENY: a policy answer, nothing forwarded, nothing counted, one row that says so. */
export async function expectDeny(
  cases: Cases,
  act: () => Promise<Answer>,
  wanted: { readonly outcome?: 'deny' | 'limit' | 'approve'; readonly rule?: string | RegExp } = {},
): Promise<void> {
  const { outcome = 'deny', rule } = wanted;
  const { answer, counted, forwarded, rows } = await effectsOf(cases, act);
  expect(answer.status, answer.text).toBe(200);
  expect(answer.body.result?.isError, answer.text).toBe(true);
  const said = outcome === 'approve' ? /^\[APPROVAL PENDING\] / : /^\[POLICY DENIED\] /;
  expect(answer.body.result?.content?.[0]?.text).toMatch(said);
  expect([forwarded, counted]).toEqual([[], 0]);
  expect(rows.map((row) => [row.outcome, row.forwarded])).toEqual([[outcome, false]]);
  if (rule !== undefined) expect(rows[0]?.rule).toMatch(rule);
}

/** What a request that is not right may be answered with. */
const REJECTIONS = new Set([-32700, -32600, -32602, -32020, -32022]);

type Rejection = {
  /** 400, or of a session 200 under the id of its request (decisions/0049), unless the case says otherwise. */
  readonly status?: number | readonly number[];
  readonly code?: number;
  /** 0 where nobody was identified yet, so that there is no grant to record it for. */
  readonly rows?: 0 | 1;
};

/** Whether it says that the form of a request is not right: an error, or of a session for a call a result (decisions/0056). */
function refusesForm({ error, result }: Answer['body']): boolean {
  if (error !== undefined) return REJECTIONS.has(error.code);
  return result?.isError === true && /^\[REQUEST REFUSED\] /.test(result.content?.[0]?.text ?? '');
}

/** REJECT: the form is refused, nothing forwarded, no policy run, one row of kind malformed. */
export async function expectReject(
  cases: Cases,
  act: () => Promise<Answer>,
  wanted: Rejection = {},
): Promise<void> {
  const { answer, counted, forwarded, rows } = await effectsOf(cases, act);
  const statuses = [wanted.status ?? (answer.body.id === null ? 400 : [200, 400])].flat();
  const code = answer.body.error?.code;
  expect([forwarded, counted], answer.text).toEqual([[], 0]);
  expect(statuses, answer.text).toContain(answer.status);
  if (answer.status <= 400 && wanted.rows !== 0) expect(refusesForm(answer.body), answer.text).toBe(true);
  if (wanted.code !== undefined) expect(code, answer.text).toBe(wanted.code);
  expect(answer.text).not.toMatch(/\bat .*\.(?:ts|js)|node:/);
  const recorded = wanted.rows === 0 ? [] : [['malformed', false]];
  expect(rows.map((row) => [row.outcome, row.forwarded])).toEqual(recorded);
}

/** SAME: forwarded once, and what the server decodes is what was meant. */
export async function expectSame(cases: Cases, act: () => Promise<Answer>, args?: JsonObject): Promise<void> {
  const { answer, forwarded, rows } = await effectsOf(cases, act);
  expectAllowed(answer);
  expect(forwarded).toHaveLength(1);
  expect(rows.map((row) => [row.outcome, row.forwarded])).toEqual([['allow', true]]);
  // The stub got JSON, so its arguments are JSON.
  const received = (forwarded[0]?.params?.['arguments'] ?? {}) as JsonObject;
  if (args !== undefined) expect(canonicalJson(received)).toBe(canonicalJson(args));
}

/** The server's own answer, not one of the gateway. */
export function expectAllowed(answer: Answer): void {
  expect(answer.status, answer.text).toBe(200);
  expect(answer.body.error, answer.text).toBeUndefined();
  expect(answer.body.result?.isError ?? false, answer.text).toBe(false);
}

/** The one answer for everybody who is not let in, with nothing forwarded. */
export async function expectUnauthorized(cases: Cases, act: () => Promise<Answer>): Promise<void> {
  const { answer, counted, forwarded } = await effectsOf(cases, act);
  expect(answer.status, answer.text).toBe(401);
  expect(answer.headers['www-authenticate']).toMatch(/^Bearer (?:error="invalid_token"|realm="mcp")$/);
  expect(answer.text).toMatch(/^\{"error":"unauthorized","message":"expected a valid grant[^"]*"\}$/);
  expect([forwarded, counted]).toEqual([[], 0]);
}
