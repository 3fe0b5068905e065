import { GRANT_VARIABLE } from '../connect/index.ts';
import { DEFAULT_URL, endpointOf } from '../endpoint.ts';
import { type Facts, pathsOf } from '../facts.ts';
import type { Plan } from '../plan/index.ts';
import { type Command, plans, type Registration, withExamples } from './command.ts';
import { serverOption, stackOption, textOption, urlOption } from './options.ts';

type RunValues = {
  readonly server?: string;
  readonly stack?: true;
  readonly url?: string;
  readonly tokenFile?: string;
};

export function addRun(program: Command, registration: Registration): void {
  const command = program
    .command('run')
    .description('connect a client that only starts processes, over stdio')
    .addOption(serverOption('the server on the gateway'))
    .addOption(stackOption())
    .addOption(urlOption())
    .addOption(textOption('--token-file <file>', `file with the grant token (default: $${GRANT_VARIABLE})`));
  withExamples(command, [
    `${GRANT_VARIABLE}=… boomgate run --server files`,
    'boomgate run --server files --token-file ~/.config/boomgate/files.grant',
    'boomgate run --stack --token-file ~/.config/boomgate/boomgate.grant',
  ]);
  plans<RunValues>(command, registration, planRun);
}

export function planRun(_: readonly string[], values: RunValues, facts: Facts): Plan {
  const { url = DEFAULT_URL, tokenFile } = values;
  const server = values.stack === true ? '' : values.server;
  if (server === undefined) {
    return {
      kind: 'wrong_use',
      message:
        'expected the server on the gateway, found none: add --server NAME, or --stack for those of a stack grant',
    };
  }
  if (tokenFile === undefined && !facts.env[GRANT_VARIABLE]) {
    return {
      kind: 'wrong_use',
      message: `expected the grant token in ${GRANT_VARIABLE} or in --token-file FILE, found neither: mint one with "boomgate grant mint"`,
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

/** No shell reads the files of clients, and who writes one may not know the home folder: `~/` is the person's own here too. */
function fromHome(path: string, facts: Facts): string {
  return /^~[\\/]/.test(path) ? pathsOf(facts).join(facts.home, path.slice(2)) : path;
}
