import { type JsonObject, ownProperty } from '@boomgate/engine';
import { refuseMalformed } from '../call/refuse.ts';
import type { Member } from '../context.ts';
import type { RequestMessage } from '../message/message.ts';
import { BAD_CURSOR, pageOf, readCursor } from '../methods/page.ts';
import type { AgentRequest } from '../request.ts';
import { type RpcAnswer, rpcResult } from '../rpc.ts';
import { withStackUi } from './content.ts';
import { type AnswerOne, forMember, type StackRequest } from './member.ts';
import { MAX_STACK_NAME, stackName, stackUri } from './names.ts';

type StackList = {
  /** Key of the items in a result, and of what names one. */
  readonly items: string;
  readonly key: string;
  /** An item under the name that leads to its server; undefined when there is none that clients take. */
  readonly rename: (item: JsonObject, slug: string) => JsonObject | undefined;
};

function byName(item: JsonObject, slug: string): JsonObject | undefined {
  const name = stackName(slug, String(item['name']));
  return name.length > MAX_STACK_NAME ? undefined : { ...withStackUi(item, slug), name };
}

const LISTS: Readonly<Record<string, StackList>> = {
  'tools/list': { items: 'tools', key: 'name', rename: byName },
  'prompts/list': { items: 'prompts', key: 'name', rename: byName },
  'resources/list': {
    items: 'resources',
    key: 'uri',
    rename: (item, slug) => ({ ...item, uri: stackUri(slug, String(item['uri'])) }),
  },
  'resources/templates/list': {
    items: 'resourceTemplates',
    key: 'uriTemplate',
    rename: (item, slug) => ({ ...item, uriTemplate: stackUri(slug, String(item['uriTemplate'])) }),
  },
};

export function isStackList(method: string): boolean {
  return Object.hasOwn(LISTS, method);
}

/** The lists of all servers as one. A server that cannot be asked is left out, unless none can. */
export async function listStack(request: StackRequest, one: AnswerOne): Promise<RpcAnswer> {
  const list = LISTS[request.message.method];
  if (list === undefined) throw new Error('expected a method that lists');
  const after = readCursor(ownProperty(request.message.params, 'cursor'));
  if (after === undefined) return refuseMalformed(request, BAD_CURSOR);
  const answers = await Promise.all(request.stack.map((member) => drain(request, member, { one, list })));
  const found = answers.filter((answer) => 'items' in answer);
  const [failed] = answers.filter((answer) => 'kind' in answer);
  if (found.length === 0 && failed !== undefined) return failed;
  const items = found
    .flatMap((answer) => answer.items)
    .sort((a, b) => (String(a[list.key]) < String(b[list.key]) ? -1 : 1));
  const page = pageOf(items, list.key, after);
  return rpcResult({
    [list.items]: page.items,
    ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }),
  });
}

type Drained = { readonly items: readonly JsonObject[] };

/** Every page of one server, under the names of the stack. */
async function drain(
  request: StackRequest,
  member: Member,
  { list, one }: { readonly list: StackList; readonly one: AnswerOne },
): Promise<Drained | RpcAnswer> {
  const items: JsonObject[] = [];
  const asked: AgentRequest<RequestMessage> = forMember(request, member, {});
  let params: JsonObject = {};
  for (;;) {
    const answer = await one({ ...asked, message: { ...asked.message, params } });
    if (answer.kind === 'error') return answer;
    // A cast: the handler of one server gives a list of objects.
    const found = answer.result[list.items] as readonly JsonObject[];
    const renamed = found.map((item) => list.rename(item, member.server.slug));
    items.push(...renamed.filter((item) => item !== undefined));
    const cursor = answer.result['nextCursor'];
    if (cursor === undefined) return { items };
    params = { cursor };
  }
}
