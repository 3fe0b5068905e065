import type { ControlContext } from '../context.ts';
import type { Bindings } from './call.ts';

/**
 * The same answer; where its body breaks off, its connection ends, so that nobody takes a part for the whole, and the gateway's log says why.
 * The adapter would write that to the terminal.
 */
export function unbroken(
  response: Response,
  { log }: Pick<ControlContext, 'log'>,
  outgoing: Bindings['outgoing'],
): Response {
  const reader = response.body?.getReader();
  if (reader === undefined || outgoing?.destroy === undefined) return response;
  const end = (error: unknown): undefined => {
    log.warn({ error: String(error) }, 'an answer of the API was cut off');
    outgoing.destroy?.();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // Whoever reads gives up with the connection.
        const next = await reader.read().catch(end);
        if (next?.done === true) controller.close();
        else if (next !== undefined) controller.enqueue(next.value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return new Response(body, response);
}
