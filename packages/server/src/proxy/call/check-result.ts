import { type JsonObject, resultFault } from '@boomgate/engine';
import { MAX_RESULT_FAULT } from '../../limits/index.ts';
import type { UpstreamAnswer } from '../../upstreams/index.ts';
import type { AgentRequest } from '../request.ts';

/** An answer as the agent may have it, and what of the server's did not fit, for the log. */
type Checked = { readonly answer: UpstreamAnswer; readonly resultFault?: string };

/** Holds the answer to a call against the tool's output schema, where the settings of the server ask for that. */
export function checkResult(
  { context, server }: AgentRequest,
  tool: JsonObject | undefined,
  answer: UpstreamAnswer,
): Checked {
  if (server.results === undefined || tool === undefined || answer.kind !== 'result') return { answer };
  const fault = resultFault(tool, answer.result, context.compileSchema)?.slice(0, MAX_RESULT_FAULT);
  if (fault === undefined) return { answer };
  return { answer: server.results === 'block' ? blocked(answer) : answer, resultFault: fault };
}

/** The server acted. Its agent gets none of its words: also the names in a result may be there to be read. */
function blocked({ httpStatus }: UpstreamAnswer): UpstreamAnswer {
  return {
    kind: 'failure',
    acted: 'maybe',
    code: 'result_blocked',
    message:
      "the server answered, but its result does not match the tool's output schema, so nothing of it is passed on; the call may still have had an effect",
    ...(httpStatus === undefined ? {} : { httpStatus }),
  };
}
