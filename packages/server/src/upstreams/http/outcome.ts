import { type Failing, failing, type Outcome } from '../failures.ts';
import { readAnswer } from '../read-answer.ts';
import type { Reply } from './exchange.ts';

/**
 * What a reply means for the request with this id: status first, then the message (P §1.4, gateway §4). An error under the
 * request's own id is the server's answer whatever went wrong there: the SDK for PHP says its own under HTTP 500.
 */
export function outcomeOf(reply: Reply, id: number): Outcome {
  if (reply.kind === 'failing') return reply;
  const { status } = reply;
  const refusal = refusalOf(status);
  if (refusal !== undefined) return (status >= 500 ? errorOf(reply, id) : undefined) ?? refusal;
  const acted = status < 300 ? 'maybe' : 'no';
  if (reply.kind === 'head') {
    return failing('bad_answer', `answered with HTTP ${status} and no JSON-RPC message`, {
      acted,
      httpStatus: status,
    });
  }
  const answer = readAnswer(reply.message, id);
  if (answer.kind === 'bad') {
    return failing('bad_answer', `HTTP ${status}: ${answer.problem}`, { acted, httpStatus: status });
  }
  if (answer.kind === 'error') return { ...answer, bytes: reply.bytes, httpStatus: status };
  if (status < 300) return { kind: 'result', result: answer.result, bytes: reply.bytes, httpStatus: status };
  return failing('bad_answer', `answered with a result under HTTP ${status}`, { acted, httpStatus: status });
}

function errorOf(reply: Exclude<Reply, Failing>, id: number): Outcome | undefined {
  if (reply.kind === 'head') return undefined;
  const answer = readAnswer(reply.message, id);
  return answer.kind === 'error' ? { ...answer, bytes: reply.bytes, httpStatus: reply.status } : undefined;
}

/** Statuses that decide alone: refused credentials, and errors after which it is unknown what was done. */
function refusalOf(status: number): Failing | undefined {
  if (status === 401 || status === 403) {
    return failing('unauthorized', `answered with HTTP ${status}: check the credentials of this server`, {
      acted: 'no',
      httpStatus: status,
    });
  }
  if (status >= 500)
    return failing('broken', `answered with HTTP ${status}`, { acted: 'maybe', httpStatus: status });
  return undefined;
}
