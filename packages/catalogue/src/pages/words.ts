import type { ToolClass } from '../classes/index.ts';
import type { SignalName } from '../classify/index.ts';

type Named = { readonly tool: string; readonly server: string };

/** What a tool of a class does on its server. */
export const DOES = {
  Read: ({ tool, server }) =>
    `Agents call ${tool} to retrieve information from ${server} without changing anything there. What it returns can still be private.`,
  Write: ({ tool, server }) =>
    `Agents use ${tool} to create or change data on ${server}. Every call changes something real; another call can undo it.`,
  Execute: ({ tool, server }) =>
    `Agents invoke ${tool} to make ${server} act: to run, start or stop something. What a call causes depends on its arguments and on the state of the server.`,
  Destructive: ({ tool, server }) =>
    `Agents call ${tool} to remove or overwrite things on ${server} for good. There is no undo.`,
  Financial: ({ tool, server }) =>
    `Agents use ${tool} to move or commit money through ${server}. A call that has gone through cannot simply be taken back.`,
} as const satisfies Record<ToolClass, (named: Named) => string>;

/** What to do about a class, as advice. */
export const ADVICE = {
  Read: 'It is generally safe to allow; a limit keeps an agent from reading everything at once.',
  Write: 'It should be limited, so that a mistake is not repeated a thousand times.',
  Execute: 'It should be limited, and its arguments checked.',
  Destructive: 'It should be hidden, or need a person for every call.',
  Financial: 'It should need a person for every call, or a limit on the sum of amounts.',
} as const satisfies Record<ToolClass, string>;

export const SIGNAL_WORDS = {
  credentials: 'handles credentials or secrets',
  url: 'takes a URL or host',
  file_path: 'takes a file system path',
  code: 'takes code, SQL or markup',
  bulk: 'acts on many targets at once',
  admin: 'acts on rights or administration',
  sends_outward: 'sends something to others',
  hidden_characters: 'has characters that a person does not see',
  poisoning: 'has text that speaks to the model',
  lookalike_name: 'has a name close to a well-known tool, or letters in it that look like others',
  oversized: 'has texts of unusual length',
  unclear: 'does not say what it does',
} as const satisfies Record<SignalName, string>;

/** "1 tool", "14 tools". */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
