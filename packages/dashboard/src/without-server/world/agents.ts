import { momentOf, PERSON, type WorldAgent, type WorldSignIn } from './world.ts';

const DAY_MS = 86_400_000;

/** One agent of each kind that asks to be let in, at `/agent-sign-in/ID`: on this machine, at its maker, and one that is up to something. */
export const AGENTS: readonly (readonly [string, WorldAgent])[] = [
  [
    'claude-code',
    { client: { name: 'Claude Code', returnsTo: 'http://127.0.0.1:54545' }, server: 'comfyui' },
  ],
  [
    'chatgpt',
    {
      client: {
        name: 'ChatGPT',
        document: 'https://chatgpt.com/oauth/client.json',
        returnsTo: 'https://chatgpt.com',
      },
      server: 'kubernetes',
    },
  ],
  ['cursor', { client: { name: 'Cursor', returnsTo: 'cursor:' } }],
  [
    'hostile',
    {
      client: {
        name: `Claude\u202e edoC <img src="/favicon.svg"> [here](https://evil.example) ${'x'.repeat(120)}`,
        returnsTo: 'https://evil.example',
      },
      server: 'comfyui',
    },
  ],
];

/** An agent that somebody let in before. */
export function signedIn(nowMs: number): WorldSignIn {
  return {
    id: 'sign-in-before',
    client: { name: 'VS Code', returnsTo: 'http://127.0.0.1:33418' },
    person: PERSON.email,
    at: momentOf(nowMs - 2 * DAY_MS),
    endsAt: momentOf(nowMs + 29 * DAY_MS),
  };
}
