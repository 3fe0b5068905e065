import { SSE_PROBE_MS } from '../bounds.ts';
import type { Clock } from '../clock.ts';
import { type Egress, ENDLESS } from '../egress.ts';
import { modernWriter } from '../envelope.ts';
import type { Verdict } from '../eras.ts';
import { confirmsModern, evidenceOf } from '../evidence.ts';
import { failing } from '../failures.ts';
import { addModernHeaders } from '../headers.ts';
import { GATEWAY, ownRequest } from '../own-request.ts';
import { readAnswer } from '../read-answer.ts';
import { exchange, type Reply } from './exchange.ts';
import { baseHeaders, streamHeaders } from './request-headers.ts';

const PROBE_ID = 1;

export type HttpProbeOptions = { readonly egress: Egress; readonly clock: Clock; readonly version: string };

/** Asks with `server/discover`, never with a real call (P §2.4). An outage or refused credentials give no verdict. */
export async function probeHttp(options: HttpProbeOptions): Promise<Verdict> {
  const first = await ask(options, 'server/discover');
  const silence = noVerdict(options.egress, first);
  if (silence !== undefined) return silence;
  const evidence = first.kind === 'message' ? evidenceOf(readAnswer(first.message, PROBE_ID)) : 'legacy';
  if (evidence === 'modern') return { kind: 'verdict', era: 'modern', transport: 'http' };
  if (evidence === 'legacy') return legacyAfter(first);
  const second = await ask(options, 'tools/list');
  const confirmed = second.kind === 'message' && confirmsModern(readAnswer(second.message, PROBE_ID));
  return (
    noVerdict(options.egress, second) ??
    (confirmed ? { kind: 'verdict', era: 'modern', transport: 'http' } : legacyAfter(second))
  );
}

/** Statuses with which the address of an HTTP+SSE server refuses a POST, if it is one: the handshake will tell. */
export const POST_REFUSED: ReadonlySet<number | undefined> = new Set([400, 404, 405]);

function legacyAfter(reply: Reply): Verdict {
  const status = reply.kind === 'failing' ? reply.httpStatus : reply.status;
  const unsure = POST_REFUSED.has(status) ? ({ unsure: true } as const) : {};
  return { kind: 'verdict', era: 'legacy', transport: 'http', ...unsure };
}

/** The last step of the probe: whether a stream from this address begins by naming an endpoint. */
export async function findsSse({ egress, clock }: HttpProbeOptions): Promise<boolean> {
  const over = new AbortController();
  let isFound = false;
  const cancel = clock.after(SSE_PROBE_MS, () => over.abort());
  const headers = [...streamHeaders(egress)];
  const request = { method: 'GET', headers, body: null, ...ENDLESS } as const;
  await exchange(egress.aside, request, {
    clock,
    signal: over.signal,
    onEvent: ({ type }) => {
      isFound = type === 'endpoint';
      over.abort();
    },
  });
  cancel();
  return isFound;
}

function ask({ egress, clock, version }: HttpProbeOptions, method: string): Promise<Reply> {
  const request = ownRequest(method);
  const headers = addModernHeaders([...baseHeaders(egress)], request);
  const body = modernWriter(version)(PROBE_ID, request, GATEWAY.capabilities);
  return exchange(egress, { method: 'POST', headers, body }, { clock });
}

/** Statuses that come from something before the server, or from a server that is busy. */
const noEvidence = new Set([401, 403, 407, 408, 425, 429]);

function noVerdict(egress: Egress, reply: Reply): Verdict | undefined {
  const status = reply.kind === 'failing' ? reply.httpStatus : reply.status;
  // A body that cannot be read under a good status is what old servers may give; everything else is an outage.
  if (reply.kind === 'failing' && (status === undefined || status >= 300)) return { ...reply, acted: 'no' };
  if (status === undefined || (status < 500 && !noEvidence.has(status))) return undefined;
  const code = status === 401 || status === 403 ? 'unauthorized' : 'broken';
  const found = failing(code, `answered the probe with HTTP ${status}`, { acted: 'no', httpStatus: status });
  if (!wantsToken(reply)) return found;
  return { ...found, wantsSignIn: true, ...(presentsNothing(egress) ? { message: NEVER_CONNECTED } : {}) };
}

/** For the agent. */
const NEVER_CONNECTED =
  'the server wants the gateway to sign in, which it has not done yet: whoever runs the gateway has to connect it';

function presentsNothing({ credential, ownHeaders }: Egress): boolean {
  return credential === undefined && !ownHeaders.some((one) => one.toLowerCase() === 'authorization');
}

function wantsToken(reply: Reply): boolean {
  if (reply.kind === 'failing' || reply.status !== 401) return false;
  return /(?:^|,)\s*bearer(?:\s|,|$)/i.test(String(reply.headers['www-authenticate'] ?? ''));
}
