import { randomUUID } from 'node:crypto';
import { FIRST_ORGANIZATION, StoreError } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { type ApiCall, peerOf } from '../frame/index.ts';
import { directoryAddress } from '../resources/sign-on-address.ts';
import { admitDirectory } from './admit.ts';
import type { Asking, Methods } from './asking.ts';
import { descriptions } from './descriptions.ts';
import { scimFailure } from './respond.ts';
import { oneUser, users } from './users.ts';

/** As a route of the control plane. */
export const DIRECTORY_PATHS = '/scim/v2/*';

const NOT_FOUND = { status: 404, detail: 'there is nothing' } as const;

/** From a request of a directory to its response, whatever happens: host → which provider → its token → what is asked. */
export async function answerDirectory(context: ControlContext, call: ApiCall): Promise<Response> {
  const { path } = call.req;
  try {
    return await answer(context, call);
  } catch (error) {
    const incident = randomUUID();
    context.log.error({ incident, path, error: String(error) }, 'request of a directory failed');
    const isStore = error instanceof StoreError && error.code === 'unavailable';
    return scimFailure({ status: isStore ? 503 : 500, detail: `incident ${incident}: try again` });
  }
}

async function answer(context: ControlContext, call: ApiCall): Promise<Response> {
  const { method, path } = call.req;
  const parts = partsOf(path);
  const from = peerOf(context, call);
  const admitted = admitDirectory(context, from, parts?.[0] ?? '');
  if (!admitted.ok) return admitted.response;
  const { provider } = admitted;
  const name = parts?.[1] ?? '';
  const base = directoryAddress(context, provider.id);
  const of = { organization: FIRST_ORGANIZATION, provider: provider.id, issuer: provider.issuer };
  const asking: Asking = {
    ...{ context, call, base, of, id: parts?.[2] ?? '' },
    actor: {
      ...{ kind: 'system', via: 'api', address: from.remote },
      ...{ id: provider.id, name: `directory of ${provider.name}` },
    },
  };
  const methods = methodsAt(name, parts?.length ?? 0);
  if (methods === undefined) return scimFailure(NOT_FOUND);
  // The frame answers a question for the headers alone without the body.
  const asked = method === 'HEAD' ? 'GET' : method;
  const handle = Object.hasOwn(methods, asked) ? methods[asked] : undefined;
  if (handle !== undefined)
    return method === 'GET' || method === 'HEAD' ? handle(asking) : changed(asking, handle);
  const allow = Object.keys(methods).join(', ');
  return scimFailure({ status: 405, detail: `expected ${allow}` }, [['allow', allow]]);
}

/** Every change, and every try to make one, is told in the gateway's log; it is in force everywhere before anybody is answered. */
async function changed(asking: Asking, handle: (asking: Asking) => Promise<Response>): Promise<Response> {
  const { call, context } = asking;
  const response = await handle(asking);
  await context.inForceEverywhere();
  const { method, path } = call.req;
  context.log.info({ path, method, status: response.status }, 'change asked for by a directory');
  return response;
}

/** What can be done with all of a kind, or with one of it. */
function methodsAt(name: string, parts: number): Methods | undefined {
  if (name === 'Users') return parts === 2 ? users : parts === 3 ? oneUser : undefined;
  if (!Object.hasOwn(descriptions, name) || parts > 3) return undefined;
  return descriptions[name];
}

/** The provider's name, what is asked for, and which one; undefined for what no path of ours can be. */
function partsOf(path: string): readonly string[] | undefined {
  const parts = path.slice(DIRECTORY_PATHS.length - 1).split('/');
  const all = parts.at(-1) === '' ? parts.slice(0, -1) : parts;
  try {
    return all.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
