import type { JsonObject } from '@boomgate/engine';
import type { Recipe, SignInRecipe, Target } from './client.ts';

const bearer = (reference: string): JsonObject => ({ Authorization: `Bearer ${reference}` });

/** An entry with an address and the token by reference, as a client spells it. */
export function remote(
  urlKey: string,
  reference: (variable: string) => string,
  more: JsonObject = {},
): Pick<Recipe, 'entry' | 'token'> {
  return {
    entry: ({ endpoint, variable }) => ({
      ...more,
      [urlKey]: endpoint,
      headers: bearer(reference(variable)),
    }),
    token: 'environment',
  };
}

/** The id under which a client asks the person for the token, one for each grant. */
const inputId = ({ variable }: Target): string => variable.toLowerCase().replaceAll('_', '-');

export const asked: Recipe = {
  entry: (target) => ({
    type: 'http',
    url: target.endpoint,
    headers: bearer(`\${input:${inputId(target)}}`),
  }),
  input: (target) => ({
    type: 'promptString',
    id: inputId(target),
    description: `Boomgate grant for ${target.name}`,
    password: true,
  }),
  token: 'prompt',
  note: 'the command "MCP: Open User Configuration" opens the file; VS Code asks once for the grant token and keeps it',
};

/** For clients that start programs only, or that could hold a token only as plain text. */
export function bridge(more: JsonObject = {}): Pick<Recipe, 'entry' | 'token'> {
  return {
    entry: ({ program, place, url, tokenFile }) => ({
      ...more,
      command: program.command,
      args: bridgeArguments({ program, place, url, tokenFile }),
    }),
    token: 'file',
  };
}

const bridgeArguments = ({
  program,
  place,
  url,
  tokenFile,
}: Pick<Target, 'program' | 'place' | 'url' | 'tokenFile'>): string[] => [
  ...program.args,
  'run',
  ...place,
  '--url',
  url,
  '--token-file',
  tokenFile,
];

export const BRIDGE_NOTE =
  'it could hold the token only as plain text, so "boomgate run" carries its calls to the gateway; restart it after the change';

/** An entry with an address and nothing else, which has the client open the browser as soon as it needs to. */
export function signsIn(
  urlKey: string,
  more: JsonObject = {},
  steps: readonly string[] = ['start the server in the client, or restart the client'],
): Pick<SignInRecipe, 'entry' | 'steps'> & { readonly entry: NonNullable<SignInRecipe['entry']> } {
  return { entry: ({ endpoint }) => ({ ...more, [urlKey]: endpoint }), steps };
}

/** Of Anthropic's programs, whose connectors are the account's and not the machine's. */
export const connector: SignInRecipe = {
  runsAt: 'Anthropic',
  steps: [
    'open Settings > Connectors, choose "Add custom connector", and paste the address',
    'press Connect beside the new connector',
  ],
};
