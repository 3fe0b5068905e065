import {
  API_PATH,
  ENDPOINTS,
  type Endpoint,
  type Endpoints,
  listEndpoints,
  openApiDocument,
} from '@boomgate/contract';
import { Hono } from 'hono';
import type { ControlContext } from '../context.ts';
import { answerRequest } from './answer-request.ts';
import type { ApiCall, Bindings } from './call.ts';
import type { Frame } from './frame.ts';
import { type Handler, type HandlersOf, refuse } from './handler.ts';
import { Places } from './places.ts';
import { problemResponse } from './respond.ts';
import { unbroken } from './unbroken.ts';

export type Handlers = { readonly [R in keyof Endpoints]: HandlersOf<Endpoints[R]> };

/** The API as a function from a request to a response; needs no socket. */
export function createApi(context: ControlContext, handlers: Handlers): Hono<{ Bindings: Bindings }> {
  const api = new Hono<{ Bindings: Bindings }>();
  const frame: Frame = { context, places: new Places() };
  let document: string | undefined;
  api.get(`${API_PATH}/openapi.json`, (call) => {
    // Long to make, and seldom asked for.
    document ??= JSON.stringify(openApiDocument(context.version));
    return call.body(document, 200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  });
  for (const { endpoint, name, resource } of listEndpoints()) {
    const handler = handlerOf(handlers, resource, name);
    const operation = { endpoint, handler, name: `${resource}.${name}` };
    api.on(endpoint.method, routeOf(endpoint), async (call) =>
      asAsked(call, await answerRequest(frame, operation, call), { context, endpoint }),
    );
  }
  api.notFound((call) => {
    const allowed = methodsAt(call.req.path);
    if (allowed.length === 0) return problemResponse(refuse('not_found'));
    return problemResponse(refuse('method_not_allowed', { headers: [['allow', allowed.join(', ')]] }));
  });
  return api;
}

/** A question for the headers alone is answered as GET is, without its body: a stream that nobody will read ends here. */
async function asAsked(
  { env, req }: ApiCall,
  response: Response,
  { context, endpoint }: { readonly context: ControlContext; readonly endpoint: Endpoint },
): Promise<Response> {
  if (req.method === 'HEAD') await response.body?.cancel();
  else if (endpoint.media !== undefined) return unbroken(response, context, env?.outgoing);
  return response;
}

function handlerOf(handlers: Handlers, resource: string, name: string): Handler<Endpoint> {
  // A cast: the type of the table has a handler for every endpoint, and each takes what its endpoint says.
  const table = handlers as unknown as Readonly<Record<string, Readonly<Record<string, Handler<Endpoint>>>>>;
  const handler = table[resource]?.[name];
  if (handler === undefined) throw new TypeError(`expected a handler for ${resource}.${name}`);
  return handler;
}

function routeOf({ path }: Endpoint): string {
  return API_PATH + path.replace(/\{(\w+)\}/g, ':$1');
}

/** What can be done at a path, as far as its shape tells. */
function methodsAt(path: string): readonly string[] {
  const all = Object.values(ENDPOINTS).flatMap((resource) => Object.values<Endpoint>(resource));
  const fitting = all.filter((endpoint) => {
    const pattern = endpoint.path.replace(/\{\w+\}/g, '[^/]+');
    return new RegExp(`^${API_PATH}${pattern}$`).test(path);
  });
  return [...new Set(fitting.map(({ method }) => method))].sort();
}
