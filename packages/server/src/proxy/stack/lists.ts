import type { JsonObject } from '@boomgate/engine';
import { refuseMalformed } from '../call/refuse.ts';
import type { Member } from '../context.ts';
import { gather } from '../gather.ts';
import type { RequestMessage } from '../message/message.ts';
import { BAD_CURSOR, nextCursor, readCursor } from '../methods/cursor.ts';
import { pageOf } from '../methods/page.ts';
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
  const after = readCursor(request);
  if (after === undefined) return refuseMalformed(request, BAD_CURSOR);
  const drained = request.stack.map((member) => drain(request, member, { one, list }));
  const answers = await gather(drained, isDrained);
  const found = answers.filter(isDrained);
  const failed = answers.find((answer) => answer !== undefined && 'kind' in answer);
  if (found.length === 0 && failed !== undefined) return failed;
  tellWhenThere(request, drained, answers);
  const items = found
    .flatMap((answer) => answer.items)
    .sort((a, b) => (String(a[list.key]) < String(b[list.key]) ? -1 : 1));
  const page = pageOf(items, list.key, after);
  const missing = request.stack.filter((_, at) => !isDrained(answers[at])).map(({ server }) => server.slug);
  return rpcResult({
    [list.items]: page.items,
    ...nextCursor(request, page.last),
    ...(missing.length === 0 ? {} : partial(request, missing)),
  });
}

function isDrained(answer: Drained | RpcAnswer | undefined): answer is Drained {
  return answer !== undefined && 'items' in answer;
}

/** Says which servers are missing; a client of the newest revision must not keep such a list. */
function partial({ message }: StackRequest, missing: readonly string[]): JsonObject {
  const _meta = { 'boomgate/missing': missing };
  return message.era === 'modern' ? { _meta, ttlMs: 0 } : { _meta };
}

/** What came too late for this list is news on the streams of the grant. */
function tellWhenThere(
  { grant, streams }: StackRequest,
  drained: readonly Promise<Drained | RpcAnswer>[],
  answers: readonly unknown[],
): void {
  drained.forEach((one, at) => {
    if (answers[at] !== undefined) return;
    const tell = (answer: Drained | RpcAnswer): void => {
      if (isDrained(answer)) streams.outdated(grant.id);
    };
    // A failure is told to whoever lists next.
    one.then(tell, () => undefined);
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
