import {
  API_PATH,
  type Endpoint,
  faultWords,
  type InputFault,
  listEndpoints,
  type NamedEndpoint,
  PROBLEM_MEDIA_TYPE,
} from '@boomgate/contract';
import { HANDLERS } from './handlers/index.ts';
import { notHere, type Refusal, type Reply, refuse } from './reply.ts';
import type { World } from './world/index.ts';

/** Answers one request as the contract says: input is checked by it, and so is the answer. */
export async function answerRequest(world: World, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const route = findRoute(request.method, pathname.slice(API_PATH.length));
  if (route === undefined) return asProblem(refuse('not_found'));
  const { endpoint, name, params, resource } = route;
  const handler = handlerOf(resource, name);
  if (handler === undefined) return asProblem(notHere(`“${endpoint.summary}”`));
  if (endpoint.access !== 'public' && !world.isSignedIn) return asProblem(refuse('unauthenticated'));
  const text = endpoint.body === undefined ? '' : await request.text();
  const sent = { params, query: Object.fromEntries(searchParams), body: text === '' ? {} : JSON.parse(text) };
  const input = readInput(endpoint, sent);
  if ('faults' in input) return asProblem(refuse('invalid_input', { errors: input.faults }));
  const reply = await handler(world, {
    ...input.read,
    ifMatch: request.headers.get('if-match') ?? undefined,
  });
  return reply.ok ? asAnswer(endpoint, reply) : asProblem(reply);
}

type AnyHandler = (world: World, input: unknown) => Reply<unknown> | Promise<Reply<unknown>>;

function handlerOf(resource: string, name: string): AnyHandler | undefined {
  // A cast: what is looked up by an endpoint's names takes what that endpoint's own schemas have read.
  const all = HANDLERS as unknown as Readonly<
    Record<string, Readonly<Record<string, AnyHandler>> | undefined>
  >;
  return all[resource]?.[name];
}

type Route = NamedEndpoint & { readonly params: Readonly<Record<string, string>> };

function findRoute(method: string, path: string): Route | undefined {
  for (const named of listEndpoints()) {
    if (named.endpoint.method !== method) continue;
    const params = matchPath(named.endpoint.path, path);
    if (params !== undefined) return { ...named, params };
  }
  return undefined;
}

function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const value = decodeURIComponent(given[at] ?? '');
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined) params[name] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

const PARTS = ['params', 'query', 'body'] as const;
type Part = (typeof PARTS)[number];

function readInput(endpoint: Endpoint, sent: Readonly<Record<Part, unknown>>) {
  const faults: InputFault[] = [];
  const read: Partial<Record<Part, unknown>> = {};
  for (const part of PARTS) {
    const result = endpoint[part]?.safeParse(sent[part], { error: faultWords });
    if (result === undefined) continue;
    if (result.success) read[part] = result.data;
    else
      for (const { message, path } of result.error.issues)
        faults.push({ in: part, pointer: path.map((segment) => `/${String(segment)}`).join(''), message });
  }
  return faults.length > 0 ? { faults } : { read };
}

function asAnswer(endpoint: Endpoint, { body, etag }: Reply<unknown> & { readonly ok: true }): Response {
  const headers = { 'content-type': 'application/json', ...(etag === undefined ? {} : { etag }) };
  if (endpoint.answer === undefined) return new Response(null, { status: endpoint.status, headers });
  // The contract holds here as it does in the gateway: an answer that it does not know is a bug of this room.
  return Response.json(endpoint.answer.parse(body), { status: endpoint.status, headers });
}

function asProblem({ problem }: Refusal): Response {
  return Response.json(problem, { status: problem.status, headers: { 'content-type': PROBLEM_MEDIA_TYPE } });
}
