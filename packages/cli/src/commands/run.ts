import { GRANT_VARIABLE } from '../connect/index.ts';
import { DEFAULT_URL, endpointOf, signInEndpointOf } from '../endpoint.ts';
import { type Facts, pathsOf } from '../facts.ts';
import type { Plan } from '../plan/index.ts';
import { type Command, plans, type Registration, withExamples } from './command.ts';
import { serverOption, stackOption, textOption, urlOption } from './options.ts';

type RunValues = {
  readonly server?: string;
  readonly stack?: true;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly identityFile?: string;
  readonly grant?: string;
};

export function addRun(program: Command, registration: Registration): void {
  const command = program
    .command('run')
    .description('connect a client that only starts processes, over stdio')
    .addOption(serverOption('the server on the gateway'))
    .addOption(stackOption())
    .addOption(urlOption())
    .addOption(textOption('--token-file <file>', `file with the grant token (default: $${GRANT_VARIABLE})`))
    .addOption(
      textOption('--identity-file <file>', 'file with a token of where this runs, in place of a grant token'),
    )
    .addOption(textOption('--grant <name>', 'which grant, where several are for this workload'));
  withExamples(command, [
    `${GRANT_VARIABLE}=… boomgate run --server files`,
    'boomgate run --server files --token-file ~/.config/boomgate/files.grant',
    'boomgate run --stack --token-file ~/.config/boomgate/boomgate.grant',
    'boomgate run --server files --identity-file /var/run/secrets/boomgate/token',
  ]);
  plans<RunValues>(command, registration, planRun);
}

function planRun(_: readonly string[], values: RunValues, facts: Facts): Plan {
  const { url = DEFAULT_URL } = values;
  const server = values.stack === true ? '' : values.server;
  if (server === undefined) {
    return wrongUse(
      'expected the server on the gateway, found none: add --server NAME, or --stack for those of a stack grant',
    );
  }
  const fault = presentedFault(values, facts);
  if (fault !== undefined) return wrongUse(fault);
  const { grant, identityFile, tokenFile } = values;
  if (identityFile !== undefined) {
    const endpoint = signInEndpointOf(url, server);
    const base = endpoint.slice(0, endpoint.lastIndexOf('/mcp-oauth/'));
    return {
      kind: 'bridge',
      endpoint,
      token: {
        from: 'workload',
        path: fromHome(identityFile, facts),
        exchange: `${base}/oauth/exchange`,
        ...(grant === undefined ? {} : { grant }),
      },
    };
  }
  return {
    kind: 'bridge',
    endpoint: endpointOf(url, server),
    token:
      tokenFile === undefined
        ? { from: 'environment', variable: GRANT_VARIABLE }
        : { from: 'file', path: fromHome(tokenFile, facts) },
  };
}

/** Why what is given does not say what to present. */
function presentedFault({ grant, identityFile, tokenFile }: RunValues, { env }: Facts): string | undefined {
  if (identityFile !== undefined)
    return tokenFile === undefined ? undefined : 'expected --token-file or --identity-file, found both';
  if (grant !== undefined)
    return 'expected --grant together with --identity-file: the token of a grant says which grant';
  if (tokenFile !== undefined || env[GRANT_VARIABLE]) return undefined;
  return `expected the grant token in ${GRANT_VARIABLE} or in --token-file FILE, found neither: mint one with "boomgate grant mint"`;
}

function wrongUse(message: string): Plan {
  return { kind: 'wrong_use', message };
}

/** No shell reads the files of clients, and who writes one may not know the home folder: `~/` is the person's own here too. */
function fromHome(path: string, facts: Facts): string {
  return /^~[\\/]/.test(path) ? pathsOf(facts).join(facts.home, path.slice(2)) : path;
}
