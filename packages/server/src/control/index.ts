/**
 * The control plane: the admin API of the contract, for people and their scripts. One short handler for each endpoint behind
 * one frame that authenticates, authorises and reads. Knows nothing of the data plane; both meet in the store.
 */
import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { ControlContext } from './context.ts';
import { answerDirectory, DIRECTORY_PATHS } from './directory/index.ts';
import { createApi } from './frame/index.ts';
import { HANDLERS } from './resources/index.ts';

export type {
  CheckedServer,
  ControlContext,
  Declared,
  DeclaredWebhook,
  Preview,
  RefusedRequest,
  ServerParts,
} from './context.ts';
export { givenCookie } from './frame/index.ts';
export type { EntryFound, IndexDesk } from './index-desk.ts';

/** Handles requests whose path begins with `/api/` or `/scim/`. */
export function createControlPlane(context: ControlContext): RequestListener {
  const api = createApi(context, HANDLERS);
  api.all(DIRECTORY_PATHS, (call) => answerDirectory(context, call));
  const listener = getRequestListener(api.fetch, { overrideGlobalObjects: false });
  return (request, response) => void listener(request, response);
}
