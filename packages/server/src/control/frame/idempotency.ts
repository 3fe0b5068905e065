import { createHash } from 'node:crypto';
import type { Endpoint, ProblemCode } from '@boomgate/contract';
import type { Operator } from '../../identity/index.ts';
import { IDEMPOTENCY_KEY_LENGTH_MAX } from '../../limits/index.ts';
import type { Frame } from './frame.ts';
import { type Done, type Refusal, refuse } from './handler.ts';
import type { Read } from './input.ts';
import type { Peer } from './peer.ts';

type Result = Done<unknown> | Refusal<ProblemCode>;

type Asked = {
  readonly frame: Frame;
  readonly operator: Operator | undefined;
  readonly from: Peer;
  readonly read: Extract<Read, { ok: true }>;
};

const KEY = new RegExp(`^[\\x21-\\x7e]{1,${IDEMPOTENCY_KEY_LENGTH_MAX}}$`);

/**
 * Makes a thing once for each Idempotency-Key of a caller: a repeated request gets the answer of the first, for 24 hours. What
 * was refused made nothing, so it is tried again.
 */
export async function answerOnce(
  asked: Asked,
  endpoint: Endpoint,
  handle: () => Promise<Result>,
): Promise<Result> {
  const { from, operator } = asked;
  const key = from.idempotencyKey;
  if (endpoint.creates !== true || key === undefined || operator === undefined) return handle();
  if (!KEY.test(key)) return refuse('invalid_input', { errors: [KEY_FAULT] });
  return answerKept({ ...asked, caller: callerOf(operator), key }, endpoint, handle);
}

const KEY_FAULT = {
  in: 'header' as const,
  pointer: '/idempotency-key',
  message: `expected 1 to ${IDEMPOTENCY_KEY_LENGTH_MAX} visible ASCII characters`,
};

type Keyed = Asked & { readonly caller: string; readonly key: string };

async function answerKept(
  { caller, frame, key, read }: Keyed,
  endpoint: Endpoint,
  handle: () => Promise<Result>,
): Promise<Result> {
  const { keptAnswers } = frame.context.store.people;
  const fingerprint = fingerprintOf(endpoint, read);
  const seal = frame.context.people.answerSeal;
  const place = `${caller}\n${key}\n`;
  const kept = await keptAnswers.begin(caller, key, fingerprint);
  if (kept !== undefined && kept.fingerprint !== fingerprint) return refuse('idempotency_conflict');
  // The second of two at once, perhaps on another replica, must not make the thing again.
  if (kept !== undefined && kept.sealed === undefined) return refuse('idempotency_in_progress');
  const opened = kept?.sealed === undefined ? undefined : seal.open(kept.sealed);
  // A cast: only the line below seals at this place, and it seals a result.
  if (opened?.startsWith(place)) return JSON.parse(opened.slice(place.length)) as Result;
  const result = await handle().catch(async (error: unknown) => {
    await keptAnswers.drop(caller, key);
    throw error;
  });
  if (result.ok)
    await keptAnswers.keep(caller, key, { fingerprint, sealed: seal.close(place + JSON.stringify(result)) });
  else await keptAnswers.drop(caller, key);
  return result;
}

function callerOf(operator: Operator): string {
  const who = operator.kind === 'person' ? operator.person.id : operator.apiKey.id;
  return `${operator.organization.id} ${operator.kind} ${who}`;
}

function fingerprintOf({ method, path }: Endpoint, { bytes, input }: Asked['read']): string {
  return createHash('sha256')
    .update(`${method} ${path} ${JSON.stringify(input.params ?? {})}\n`)
    .update(bytes)
    .digest('hex');
}
