import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import { record } from '../call/record.ts';
import { gather } from '../gather.ts';
import type { RpcAnswer, RpcFailure, RpcResult } from '../rpc.ts';
import { unknownPrompt, unknownResource, unknownTool } from '../unknown.ts';
import { withStackUris } from './content.ts';
import { isStackList, listStack } from './lists.ts';
import { type AnswerOne, forMember, type StackRequest } from './member.ts';
import { mergeDescriptions } from './merge.ts';
import { memberOfName, memberOfUri, type Named, stackName, stackUri } from './names.ts';

type Find = (members: StackRequest['stack'], text: string) => Named | undefined;
type Restore = (slug: string, inner: string) => string;
type Naming = { readonly key: string; readonly find: Find; readonly restore: Restore };

const BY_NAME: Naming = { key: 'name', find: memberOfName, restore: stackName };
const BY_URI: Naming = { key: 'uri', find: memberOfUri, restore: stackUri };

/** Which parameter leads to the server. */
const NAMED: Readonly<Record<string, Naming>> = {
  'tools/call': BY_NAME,
  'prompts/get': BY_NAME,
  'resources/read': BY_URI,
  'resources/subscribe': BY_URI,
  'resources/unsubscribe': BY_URI,
};

/** Answers a request to a stack: by the one server that it names, or by all of them together. */
export async function answerStack(request: StackRequest, one: AnswerOne): Promise<RpcAnswer> {
  const { method, params } = request.message;
  if (method === 'initialize' || method === 'server/discover') return describeStack(request, one);
  if (isStackList(method)) return listStack(request, one);
  const naming = NAMED[method];
  if (naming !== undefined) return answerNamed(request, naming, one);
  if (method === 'completion/complete') return complete(request, ownProperty(params, 'ref'), one);
  const [first] = request.stack;
  if (first === undefined) throw new Error('a stack without servers was asked');
  return one(forMember(request, first, {}));
}

async function describeStack(request: StackRequest, one: AnswerOne): Promise<RpcAnswer> {
  const answers = await gather(
    request.stack.map((member) => one(forMember(request, member, {}))),
    ({ kind }) => kind === 'result',
  );
  const told = request.stack.flatMap(({ server: { slug } }, at) => {
    const answer = answers[at];
    return answer?.kind === 'result' ? [{ slug, answer }] : [];
  });
  const failed = answers.find((answer) => answer !== undefined);
  if (told.length === 0 && failed !== undefined) return failed;
  return mergeDescriptions(told);
}

async function answerNamed(request: StackRequest, naming: Naming, one: AnswerOne): Promise<RpcAnswer> {
  const text = ownProperty(request.message.params, naming.key);
  const found = typeof text === 'string' ? naming.find(request.stack, text) : undefined;
  if (found === undefined) return unknownName(request, naming, typeof text === 'string' ? text : '');
  const { inner, member } = found;
  const answer = await one(forMember(request, member, { [naming.key]: inner }));
  const { slug } = member.server;
  if (answer.kind === 'result') return restored(answer, slug);
  return renamed(answer, { inner, outer: naming.restore(slug, inner) });
}

/** A completion is for a prompt by its name or a template by its URI. */
async function complete(request: StackRequest, ref: Json | undefined, one: AnswerOne): Promise<RpcAnswer> {
  const naming = isJsonObject(ref) && ownProperty(ref, 'type') === 'ref/prompt' ? BY_NAME : BY_URI;
  const { key } = naming;
  const text = isJsonObject(ref) ? ownProperty(ref, key) : undefined;
  const found = typeof text === 'string' ? naming.find(request.stack, text) : undefined;
  if (found === undefined || !isJsonObject(ref))
    return unknownName(request, naming, typeof text === 'string' ? text : '');
  const { inner, member } = found;
  const answer = await one(forMember(request, member, { ref: { ...ref, [key]: inner } }));
  if (answer.kind === 'result') return answer;
  return renamed(answer, { inner, outer: naming.restore(member.server.slug, inner) });
}

/** The same bytes as for a name that its server does not offer. */
async function unknownName(request: StackRequest, { key }: Naming, name: string): Promise<RpcAnswer> {
  await record(request, {
    target: name,
    outcome: 'deny',
    rule: '(not offered)',
    message: 'the name leads to no server of the stack',
  });
  if (request.message.method === 'tools/call') return unknownTool(name);
  return key === 'name' ? unknownPrompt(name) : unknownResource(request.message, name);
}

function restored(answer: RpcResult, slug: string): RpcAnswer {
  return answer.asksForInput ? answer : { ...answer, result: withStackUris(answer.result, slug) };
}

/** An error that repeats the name says the one that the agent used. */
function renamed(
  answer: RpcFailure,
  { inner, outer }: { readonly inner: string; readonly outer: string },
): RpcAnswer {
  const { data, message } = answer;
  const said = message.endsWith(`: ${inner}`) ? `${message.slice(0, -inner.length)}${outer}` : message;
  const isAddressed = isJsonObject(data) && data['uri'] === inner;
  // A cast: it is an object, as was just seen.
  return {
    ...answer,
    message: said,
    ...(isAddressed ? { data: { ...(data as JsonObject), uri: outer } } : {}),
  };
}
