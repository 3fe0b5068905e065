import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';

/** By their addresses; an editor finds one by the `$schema` of a document, or by its own settings. */
const FILES: ReadonlyMap<string, URL> = new Map([
  ['/schema/policy-1.json', new URL('../../../engine/schema/boomgate-policy-1.schema.json', import.meta.url)],
  ['/schema/config.json', new URL('../../schema/boomgate-config.schema.json', import.meta.url)],
]);

const HEADERS = {
  'content-type': 'application/schema+json',
  'cache-control': 'public, max-age=3600',
  'x-content-type-options': 'nosniff',
} as const;

/** Serves the published schemas, which tell nothing of this gateway, to anybody. False for what is no request for one of them. */
export function answerSchema(request: IncomingMessage, response: ServerResponse): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const file = isRead ? FILES.get(request.url ?? '') : undefined;
  if (file === undefined) return false;
  response.writeHead(200, HEADERS);
  // A reader that goes away ends it, and there is nobody to tell.
  pipeline(createReadStream(file), response, () => undefined);
  return true;
}
