import type { UpstreamRequest } from '../contract.ts';
import { modernWriter } from '../envelope.ts';
import type { Verdict } from '../eras.ts';
import { confirmsModern, evidenceOf } from '../evidence.ts';
import { failing } from '../failures.ts';
import { addModernHeaders } from '../headers.ts';
import { readAnswer } from '../read-answer.ts';
import { exchange, type Reply } from './exchange.ts';
import type { HttpChannelOptions } from './modern.ts';
import { baseHeaders } from './request-headers.ts';

const PROBE_ID = 1;

/** Asks with `server/discover`, never with a real call (P §2.4). An outage or refused credentials give no verdict. */
export async function probeHttp(options: Omit<HttpChannelOptions, 'events'>): Promise<Verdict> {
  const first = await ask(options, 'server/discover');
  const silence = noVerdict(first);
  if (silence !== undefined) return silence;
  const evidence = first.kind === 'message' ? evidenceOf(readAnswer(first.message, PROBE_ID)) : 'legacy';
  if (evidence !== 'unsure') return { kind: 'verdict', era: evidence };
  const second = await ask(options, 'tools/list');
  const confirmed = second.kind === 'message' && confirmsModern(readAnswer(second.message, PROBE_ID));
  return noVerdict(second) ?? { kind: 'verdict', era: confirmed ? 'modern' : 'legacy' };
}

function ask({ egress, clock, version }: Omit<HttpChannelOptions, 'events'>, method: string): Promise<Reply> {
  const request: UpstreamRequest = {
    method,
    params: {},
    signal: new AbortController().signal,
    wantsProgress: false,
  };
  const headers = addModernHeaders([...baseHeaders(egress)], request);
  const body = modernWriter(version)({ id: PROBE_ID, method, params: {}, wantsProgress: false });
  return exchange(egress, { method: 'POST', headers, body }, { clock });
}

/** Statuses that come from something before the server, or from a server that is busy. */
const noEvidence = new Set([401, 403, 407, 408, 425, 429]);

function noVerdict(reply: Reply): Verdict | undefined {
  const status = reply.kind === 'failing' ? reply.httpStatus : reply.status;
  // A body that cannot be read under a good status is what old servers may give; everything else is an outage.
  if (reply.kind === 'failing' && (status === undefined || status >= 300)) return { ...reply, acted: 'no' };
  if (status === undefined || (status < 500 && !noEvidence.has(status))) return undefined;
  const code = status === 401 || status === 403 ? 'unauthorized' : 'broken';
  return failing(code, `answered the probe with HTTP ${status}`, { acted: 'no', httpStatus: status });
}
