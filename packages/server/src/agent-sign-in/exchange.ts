import type { IncomingMessage } from 'node:http';
import { addressKey, mintSecret, opens, PROOF_NONCE } from '../identity/index.ts';
import { EXCHANGE_BYTES, REFUSAL_RETRY_S } from '../limits/index.ts';
import type { GrantRecord } from '../store/index.ts';
import { fits, keyOf, type Workload, type WorkloadRule } from '../workloads/index.ts';
import { AUTHORIZATION_SERVER, EXCHANGE, placeOf, SCOPE } from './addresses.ts';
import { admit } from './admit.ts';
import type { Answer } from './answer.ts';
import { bindingOf } from './bound.ts';
import type { DeskParts, WorkloadGrant } from './contract.ts';
import { Line } from './line.ts';
import { readText } from './read-text.ts';
import { standingOf } from './unattended.ts';
import { boundedWarnings } from './warnings.ts';

const KIND = 'urn:ietf:params:oauth:grant-type:token-exchange';
const TYPES = 'urn:ietf:params:oauth:token-type:';
const TAKEN: readonly string[] = [`${TYPES}jwt`, `${TYPES}id_token`];
const GIVEN = `${TYPES}access_token`;
/** Each may be said once; any other is passed over (RFC 6749 §3.2). */
const READ = [
  'grant_type',
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'resource',
  'grant',
];
/** What another would have to be judged by as well. */
const UNREAD = ['actor_token', 'client_assertion'];
const FORM = /^application\/x-www-form-urlencoded(?:;|$)/i;
const MS_PER_SECOND = 1_000;

type Asked = {
  readonly token: string;
  /** Slug of the server, empty for a stack. */
  readonly place: string;
  /** Name of the grant, where one was said. */
  readonly grant?: string;
};

/** A grant that is for the workload, as it is now. */
type Meant = { readonly grant: GrantRecord; readonly rule: WorkloadRule };

/**
 * Gives a workload an access token for the token of where it runs (RFC 8693): form → token proven → the one grant for this address whose
 * rules it fits → access. What is answered repeats nothing of the token.
 */
export function workloadExchange(parts: DeskParts): (request: IncomingMessage) => Promise<Answer> {
  const { clock, log } = parts;
  const inside: Inside = {
    line: new Line(clock),
    notTaken: boundedWarnings(clock, log.warn),
    noAccess: boundedWarnings(clock, log.warn),
  };
  return (request) => exchangeWorkload(parts, inside, request);
}

type Inside = {
  readonly line: Line;
  readonly notTaken: DeskParts['log']['warn'];
  readonly noAccess: DeskParts['log']['warn'];
};

async function exchangeWorkload(
  parts: DeskParts,
  { line, noAccess, notTaken }: Inside,
  request: IncomingMessage,
): Promise<Answer> {
  const { workloads } = parts;
  const asked = await readAsked(request, parts.url());
  if ('status' in asked) return asked;
  const rules = workloads.grants().flatMap((one) => one.workloads);
  const proven = await workloads.identify(
    asked.token,
    rules.map(({ issuer }) => issuer),
  );
  const address = parts.senderOf(request);
  if (!proven.ok) {
    notTaken({ address, why: proven.why }, 'the token of a workload was not taken');
    if (proven.fault === 'provider_unavailable') return unavailable('the issuer of the token is not reached');
    return invalid(`the token is not taken: ${proven.why}`);
  }
  const { workload } = proven;
  const bound = bindingOf(parts, request, `${parts.url()}${AUTHORIZATION_SERVER}${EXCHANGE}`);
  if ('error' in bound) {
    if (bound.error === 'temporarily_unavailable') return unavailable(bound.why);
    const told = bound.nonce === undefined ? {} : { headers: { [PROOF_NONCE]: bound.nonce } };
    return { ...invalid(bound.why, bound.error), ...told };
  }
  const isGone = () => request.socket.destroyed;
  const given = await line.run({ who: addressKey(address), isGone }, async () => {
    const meant = choose(parts, asked, workload);
    return 'status' in meant ? meant : give(parts, meant, { workload, address, ...bound });
  });
  const answered = given === 'late' ? unavailable('too many workloads come at once') : given;
  const { issuer, subject } = workload;
  if (answered.status === 200) await parts.inForceEverywhere();
  else
    noAccess(
      { address, issuer: issuer.id, subject, place: asked.place, ...answered.body },
      'a workload got no access',
    );
  return answered;
}

async function readAsked(request: IncomingMessage, url: string): Promise<Asked | Answer> {
  if (request.method !== 'POST')
    return { status: 405, body: { error: 'method_not_allowed' }, headers: { allow: 'POST' } };
  if (!FORM.test(request.headers['content-type'] ?? ''))
    return invalid('expected Content-Type: application/x-www-form-urlencoded');
  const body = await readText(request, EXCHANGE_BYTES);
  // Nobody waits for the rest of it.
  if (body === 'too large') return { ...invalid('too large'), status: 413, headers: { connection: 'close' } };
  const form = new URLSearchParams(body.text);
  const twice = READ.find((name) => form.getAll(name).length > 1);
  if (twice !== undefined) return invalid(`expected one ${twice}`);
  const unread = UNREAD.find((name) => form.has(name));
  if (unread !== undefined) return invalid(`${unread} is not taken here`);
  if (form.get('grant_type') !== KIND)
    return invalid(`expected grant_type to be ${KIND}`, 'unsupported_grant_type');
  if (!TAKEN.includes(form.get('subject_token_type') ?? ''))
    return invalid(`expected subject_token_type to be ${TAKEN.join(' or ')}`);
  if ((form.get('requested_token_type') ?? GIVEN) !== GIVEN)
    return invalid(`expected requested_token_type to be ${GIVEN}`);
  const place = placeOf(form.get('resource') ?? '', url);
  if (place === undefined)
    return invalid(`expected resource to be ${url}/mcp-oauth/SERVER/`, 'invalid_target');
  const grant = form.get('grant');
  return { token: form.get('subject_token') ?? '', place, ...(grant === null ? {} : { grant }) };
}

/** The one grant that the workload may work with there. Whoever is meant by none learns nothing of what there is. */
function choose({ clock, store, workloads }: DeskParts, asked: Asked, workload: Workload): Meant | Answer {
  const meant = (one: WorkloadGrant): readonly Meant[] => {
    if (one.server !== asked.place || (asked.grant ?? one.name) !== one.name) return [];
    const rule = one.workloads.find((each) => fits(each, workload));
    const grant = store.grants.findByTokenHash(one.tokenHash);
    if (rule === undefined || grant === undefined) return [];
    return opens(grant, { server: one.server, nowMs: clock.wallMs() }) ? [{ grant, rule }] : [];
  };
  const [first, ...others] = workloads.grants().flatMap(meant);
  if (first === undefined)
    return invalid('no grant for this address is for the subject and claims of the token', 'invalid_target');
  if (others.length === 0) return first;
  const names = [first, ...others].map(({ grant }) => grant.name).join(', ');
  return invalid(`expected "grant" to say which of these is meant: ${names}`, 'invalid_target');
}

type Giving = { readonly workload: Workload; readonly address: string; readonly boundTo?: string };

async function give(
  parts: DeskParts,
  { grant, rule }: Meant,
  { address, boundTo, workload: { issuer, subject } }: Giving,
): Promise<Answer> {
  const { endsAtMs, id, lifeMs } = await standingOf(parts, {
    grant,
    key: [issuer.issuer, subject],
    actor: { kind: 'system', via: 'api', address, id: issuer.id, name: `workload of ${issuer.id}` },
    shown: { client: { name: subject }, workload: issuer.id },
  });
  const { token } = mintSecret('bgw_');
  const binding = boundTo === undefined ? {} : { boundTo };
  const access = { grant: grant.id, signIn: id, endsAtMs, by: keyOf(rule), ...binding };
  const admitted = await admit(parts.store, token, access);
  // In the moment between: who asks again finds how it is now.
  if (admitted !== 'done') return unavailable(`the ${admitted} has just ended`);
  return {
    status: 200,
    body: {
      access_token: token,
      issued_token_type: GIVEN,
      token_type: boundTo === undefined ? 'Bearer' : 'DPoP',
      expires_in: Math.floor(lifeMs / MS_PER_SECOND),
      scope: SCOPE,
    },
  };
}

function invalid(description: string, error = 'invalid_request'): Answer {
  return { status: 400, body: { error, error_description: description } };
}

function unavailable(description: string): Answer {
  return {
    status: 503,
    body: { error: 'temporarily_unavailable', error_description: description },
    headers: { 'retry-after': String(REFUSAL_RETRY_S) },
  };
}
