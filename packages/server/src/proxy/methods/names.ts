const NAMES = [
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'subscriptions/listen',
  'logging/setLevel',
  'completion/complete',
] as const;

/** The methods that agents may send, as `methods/index.ts` handles them; a closed list for whoever counts. */
export type MethodName = (typeof NAMES)[number];
export const METHOD_NAMES: ReadonlySet<string> = new Set(NAMES);
