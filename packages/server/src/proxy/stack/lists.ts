import type { JsonObject } from '@boomgate/engine';
import { type KindRules, LIST_KINDS } from '../../upstreams/index.ts';
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

/** How each kind of item is listed, by the method that lists it. */
const LISTS: ReadonlyMap<string, KindRules> = new Map(
  Object.values(LIST_KINDS).map((kind) => [kind.method, kind]),
);

/** An item under the name that leads to its server; undefined when there is none that clients take. */
function renamed(item: JsonObject, slug: string, itemKey: string): JsonObject | undefined {
  const own = String(item[itemKey]);
  if (itemKey !== 'name') return { ...item, [itemKey]: stackUri(slug, own) };
  const name = stackName(slug, own);
  return name.length > MAX_STACK_NAME ? undefined : { ...withStackUi(item, slug), name };
}

export function isStackList(method: string): boolean {
  return LISTS.has(method);
}

/** The lists of all servers as one. A server that cannot be asked is left out, unless none can. */
export async function listStack(request: StackRequest, one: AnswerOne): Promise<RpcAnswer> {
  const list = LISTS.get(request.message.method);
  if (list === undefined) throw new Error('expected a method that lists');
  const { itemKey, resultKey } = list;
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
    .sort((a, b) => (String(a[itemKey]) < String(b[itemKey]) ? -1 : 1));
  const page = pageOf(items, itemKey, after);
  const missing = request.stack.filter((_, at) => !isDrained(answers[at])).map(({ server }) => server.slug);
  return rpcResult({
    [resultKey]: page.items,
    ...nextCursor(request, page.last),
    ...leastTime(found),
    ...(missing.length === 0 ? {} : partial(request, missing)),
  });
}

/** The whole may be kept as long as the part of it that may be kept shortest. */
function leastTime(found: readonly Drained[]): JsonObject {
  const said = found.flatMap(({ ttlMs }) => (ttlMs === undefined ? [] : [ttlMs]));
  return said.length === 0 ? {} : { ttlMs: Math.min(...said) };
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

type Drained = { readonly items: readonly JsonObject[]; readonly ttlMs?: number };

/** Every page of one server, under the names of the stack. */
async function drain(
  request: StackRequest,
  member: Member,
  { list, one }: { readonly list: KindRules; readonly one: AnswerOne },
): Promise<Drained | RpcAnswer> {
  const items: JsonObject[] = [];
  const asked: AgentRequest<RequestMessage> = forMember(request, member, {});
  let params: JsonObject = {};
  for (;;) {
    const answer = await one({ ...asked, message: { ...asked.message, params } });
    if (answer.kind === 'error') return answer;
    // A cast: the handler of one server gives a list of objects.
    const found = answer.result[list.resultKey] as readonly JsonObject[];
    const named = found.map((item) => renamed(item, member.server.slug, list.itemKey));
    items.push(...named.filter((item) => item !== undefined));
    const { nextCursor: cursor, ttlMs } = answer.result;
    if (cursor === undefined) return typeof ttlMs === 'number' ? { items, ttlMs } : { items };
    params = { cursor };
  }
}
