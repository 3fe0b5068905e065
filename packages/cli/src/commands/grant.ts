import { Option } from 'commander';
import type { Facts } from '../facts.ts';
import type { GrantStatePlan, Labels, Plan } from '../plan/index.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import {
  configOption,
  databaseOption,
  dataOption,
  knownUrlOption,
  labelOption,
  listOption,
  serverOption,
  textOption,
  valued,
} from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';
import { type Reader, readDuration, readExpiry, readName, readNetwork, readOneOf } from './values.ts';

const MODES = ['enforce', 'observe'] as const;

/** The verbs that change a grant's state. */
const STATE_VERBS = {
  revoke: { state: 'revoked', description: 'revoke a grant for good' },
  pause: { state: 'paused', description: 'pause a grant' },
  resume: { state: 'active', description: 'resume a paused grant' },
} as const satisfies Record<string, { state: GrantStatePlan['state']; description: string }>;

export function addGrant(program: Command, registration: Registration): void {
  const grant = program
    .command('grant')
    .description('mint, list, rotate and revoke grants')
    .helpCommand(false);
  withExamples(grant, [
    'boomgate grant mint laptop --server files --policy safe',
    'boomgate grant revoke laptop',
  ]);
  addMint(grant, registration);
  addTokens(grant, registration);
  addAgents(grant, registration);
  const list = grant
    .command('list')
    .description('list all grants, without their tokens')
    .addOption(dataOption())
    .addOption(databaseOption());
  plans<PlaceValues>(list, registration, (_, values, facts) => ({
    kind: 'grant_list',
    ...placeOf(values, facts),
  }));
  for (const [verb, { state, description }] of Object.entries(STATE_VERBS)) {
    const command = grant
      .command(`${verb} <grant>`)
      .description(description)
      .addOption(dataOption())
      .addOption(databaseOption());
    plans<PlaceValues>(command, registration, (given, values, facts) => ({
      kind: 'grant_state',
      grant: given[0] ?? '',
      state,
      ...placeOf(values, facts),
    }));
  }
}

type TokenValues = PlaceValues & { readonly overlap?: number; readonly keepToken?: boolean };

/** Seconds of a week: the longest that two tokens of one grant hold. */
const OVERLAP_MS_MAX = 7 * 24 * 60 * 60 * 1_000;

const readOverlap: Reader<number> = (text) => {
  const read = readDuration(text);
  if (!read.ok || read.value <= OVERLAP_MS_MAX) return read;
  return { ok: false, message: `expected at most 7d, found ${JSON.stringify(text)}` };
};

const keepOption = (): Option =>
  new Option('--keep-token', 'keep the token sealed, so that it can be revealed');

function addTokens(grant: Command, registration: Registration): void {
  const placed = (given: readonly string[], values: TokenValues, facts: Facts) => ({
    grant: given[0] ?? '',
    ...placeOf(values, facts),
  });
  const show = grant.command('show <grant>').description('show one grant, without its token');
  plans<TokenValues>(
    show.addOption(dataOption()).addOption(databaseOption()),
    registration,
    (given, values, facts) => ({
      kind: 'grant_show',
      ...placed(given, values, facts),
    }),
  );
  const rotate = grant
    .command('rotate <grant>')
    .description('replace the token by a new one, printed once')
    .addOption(
      valued('--overlap <time>', 'how long both tokens work, at most 7d (default: not at all)', readOverlap),
    )
    .addOption(keepOption())
    .addOption(dataOption())
    .addOption(databaseOption());
  withExamples(rotate, ['boomgate grant rotate laptop --overlap 1h']);
  plans<TokenValues>(rotate, registration, (given, values, facts) => ({
    kind: 'grant_rotate',
    ...placed(given, values, facts),
    overlapMs: values.overlap ?? 0,
    keepToken: values.keepToken ?? false,
  }));
  const reveal = grant
    .command('reveal <grant>')
    .description('print the token of a grant that keeps it; the audit log records who looked');
  plans<TokenValues>(
    reveal.addOption(dataOption()).addOption(databaseOption()),
    registration,
    (given, values, facts) => ({
      kind: 'grant_reveal',
      ...placed(given, values, facts),
    }),
  );
}

type SignOutValues = PlaceValues & { readonly agent?: string; readonly all?: boolean };

function addAgents(grant: Command, registration: Registration): void {
  const agents = grant
    .command('agents <grant>')
    .description('list agents that signed in by themselves with a grant')
    .addOption(dataOption())
    .addOption(databaseOption());
  plans<PlaceValues>(agents, registration, (given, values, facts) => ({
    kind: 'grant_agents',
    grant: given[0] ?? '',
    ...placeOf(values, facts),
  }));
  const signOut = grant
    .command('sign-out <grant>')
    .description('end the sign-in of such an agent; the grant stays')
    .addOption(textOption('--agent <id>', 'of one, by the start of its id'))
    .addOption(new Option('--all', 'of all of them'))
    .addOption(dataOption())
    .addOption(databaseOption());
  withExamples(signOut, ['boomgate grant sign-out laptop --all']);
  plans<SignOutValues>(signOut, registration, planSignOut);
}

function planSignOut(
  [grant = '']: readonly string[],
  { agent, all = false, ...values }: SignOutValues,
  facts: Facts,
): Plan {
  if (all !== (agent === undefined))
    return {
      kind: 'wrong_use',
      message: 'expected either --agent ID, as "boomgate grant agents GRANT" shows it, or --all',
    };
  return { kind: 'grant_sign_out', grant, ...present({ agent }), ...placeOf(values, facts) };
}

type MintValues = PlaceValues & {
  readonly server?: string;
  readonly policy?: string;
  readonly stack?: Labels;
  readonly owner?: string;
  readonly ownerMaySignIn?: true;
  readonly network?: readonly string[];
  readonly label?: Labels;
  readonly expires?: number;
  readonly mode?: (typeof MODES)[number];
  readonly keepToken?: boolean;
  readonly config?: string;
  readonly url?: string;
};

function addMint(grant: Command, registration: Registration): void {
  const { nowMs } = registration.facts;
  const command = grant
    .command('mint <name>')
    .description('make a grant and print its token, once')
    .addOption(serverOption('the server that it opens'))
    .addOption(
      textOption('--policy <name>', 'the policy that decides its calls; without one all are refused'),
    )
    .addOption(labelOption('--stack <server=policy>', 'one of several servers that it opens; repeat it'))
    .addOption(textOption('--owner <email>', 'who owns the grant, and may not approve its calls'))
    .addOption(new Option('--owner-may-sign-in', 'its owner, not only admins, may sign agents in with it'))
    .addOption(
      listOption(
        '--network <cidr>',
        'an address or network that it is used from; may be repeated',
        readNetwork,
      ),
    )
    .addOption(labelOption('--label <k=v>', 'a label for conditions on the grant; may be repeated'))
    .addOption(
      valued('--expires <when>', 'when it ends, as 30d or a moment (default: never)', readExpiry(nowMs)),
    )
    .addOption(
      valued(
        '--mode <mode>',
        'enforce, or observe: forward all, log what enforcing would do',
        readOneOf(MODES),
      ),
    )
    .addOption(keepOption())
    .addOption(configOption())
    .addOption(dataOption())
    .addOption(databaseOption())
    .addOption(knownUrlOption());
  withExamples(command, ['boomgate grant mint laptop --server files --policy safe --expires 30d']);
  plans<MintValues>(command, registration, planMint);
}

function planMint(given: readonly string[], values: MintValues, facts: Facts): Plan {
  const { server, policy, stack = {}, owner, label = {}, expires, mode = 'enforce', config } = values;
  const { keepToken = false, network: networks, ownerMaySignIn, url } = values;
  const isStack = Object.keys(stack).length > 0;
  const name = readName(given[0] ?? '');
  if (!name.ok) return { kind: 'wrong_use', message: name.message };
  if (isStack && (server !== undefined || policy !== undefined))
    return { kind: 'wrong_use', message: 'expected --stack alone, or --server with --policy; found both' };
  if (!isStack && server === undefined) {
    return {
      kind: 'wrong_use',
      message:
        'expected the server that the grant opens, found none: add --server NAME, or --stack SERVER=POLICY for several',
    };
  }
  if (ownerMaySignIn === true && owner === undefined)
    return { kind: 'wrong_use', message: 'expected --owner EMAIL with --owner-may-sign-in, found none' };
  return {
    kind: 'grant_mint',
    name: name.value,
    server: server ?? '',
    ...(isStack ? { stack } : {}),
    labels: label,
    mode,
    ...(keepToken ? { keepToken } : {}),
    ...placeOf(values, facts),
    ...present({ policy, config, networks, owner, ownerMaySignIn, expiresAtMs: expires, url }),
  };
}
