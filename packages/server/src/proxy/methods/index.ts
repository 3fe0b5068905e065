/**
 * The methods that agents may send. What is not in this table is refused, never passed on (gateway §2).
 */
import type { Era } from '../../upstreams/index.ts';
import { handleToolCall } from '../call/handle-tool-call.ts';
import type { Handle } from '../handle.ts';
import { discover, initialize, ping } from './initialize.ts';
import { listen } from './listen.ts';
import { listMethod } from './lists.ts';
import type { MethodName } from './names.ts';
import { readCompletion, readMethod, readPrompt, readResource } from './reads.ts';
import { setLevel } from './set-level.ts';
import { subscribe, unsubscribe } from './subscribe.ts';

type Method = {
  readonly eras: readonly Era[];
  readonly handle: Handle;
  /** Of a stack, it concerns all servers at once. */
  readonly isForAll?: true;
  /** It is answered when its stream ends. */
  readonly lasts?: true;
};

const MODERN: readonly Era[] = ['modern'];
const LEGACY: readonly Era[] = ['legacy'];
const BOTH: readonly Era[] = ['modern', 'legacy'];

const TABLE = {
  initialize: { eras: LEGACY, handle: initialize },
  ping: { eras: LEGACY, handle: ping },
  'server/discover': { eras: MODERN, handle: discover },
  'tools/list': { eras: BOTH, handle: listMethod('tools') },
  'tools/call': { eras: BOTH, handle: handleToolCall },
  'prompts/list': { eras: BOTH, handle: listMethod('prompts') },
  'prompts/get': { eras: BOTH, handle: readMethod(readPrompt) },
  'resources/list': { eras: BOTH, handle: listMethod('resources') },
  'resources/templates/list': { eras: BOTH, handle: listMethod('resourceTemplates') },
  'resources/read': { eras: BOTH, handle: readMethod(readResource) },
  'resources/subscribe': { eras: LEGACY, handle: subscribe },
  'resources/unsubscribe': { eras: LEGACY, handle: unsubscribe },
  'subscriptions/listen': { eras: MODERN, handle: listen, isForAll: true, lasts: true },
  'logging/setLevel': { eras: LEGACY, handle: setLevel, isForAll: true },
  'completion/complete': { eras: BOTH, handle: readMethod(readCompletion) },
} satisfies Record<MethodName, Method>;

export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>(Object.entries(TABLE));
