/** The wire form of server-sent events, as far as the gateway sends them. */

export const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-store',
  'x-accel-buffering': 'no',
} as const;

export const COMMENT = ': keep-alive\n\n';

/** `data` holds no line break, which JSON on one line never does. */
export function eventText(data: string, name = 'message'): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}
