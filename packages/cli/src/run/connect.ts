import { isHosted } from '@boomgate/catalogue/clients';
import {
  CONNECTABLE,
  connectionFor,
  printConnection,
  printManaged,
  printSignIn,
  SIGN_IN_CLIENTS,
  signInConnectionFor,
  titleOf,
} from '../connect/index.ts';
import type { ConnectListPlan, ConnectPlan, ConnectSignInPlan } from '../plan/index.ts';
import type { ExitCode, World } from '../world.ts';
import { addressed } from './addressed.ts';

/** Prints what to paste; changes nothing. */
export async function runConnect(plan: ConnectPlan, { facts, output, show }: World): Promise<ExitCode> {
  const connection = connectionFor(await addressed(plan, facts), facts);
  if (show.json) output.json(connection);
  else printConnection(connection, output);
  sayPlaceholder(plan, output);
  return 0;
}

/** The same for a client that signs in by itself. */
export async function runConnectSignIn(
  plan: ConnectSignInPlan,
  { facts, output, show }: World,
): Promise<ExitCode> {
  const connection = signInConnectionFor(await addressed(plan, facts), facts);
  if (show.json) output.json(connection);
  else if (plan.managed) printManaged(connection, output);
  else printSignIn(connection, output);
  sayPlaceholder(plan, output);
  return 0;
}

function sayPlaceholder(
  { server, serverKnown }: Pick<ConnectPlan, 'server' | 'serverKnown'>,
  output: World['output'],
): void {
  if (serverKnown) return;
  output.note(
    `\nreplace ${server} by the server's name, or add --server NAME, or --stack; "boomgate grant list" shows names`,
  );
}

export async function runConnectList(plan: ConnectListPlan, { output, show }: World): Promise<ExitCode> {
  const known = plan.signIn ? SIGN_IN_CLIENTS : [...CONNECTABLE, ...SIGN_IN_CLIENTS.filter(isHosted)];
  const list = known.map((client) => ({
    client,
    title: titleOf(client),
    signIn: SIGN_IN_CLIENTS.includes(client),
  }));
  if (show.json) {
    output.json(list);
    return 0;
  }
  const { paint } = output;
  for (const { client, signIn, title } of list)
    output.data(
      `${paint.name(client.padEnd(16))} ${signIn ? `${title.padEnd(15)} signs in by itself` : title}`,
    );
  output.note('\nshow one with "boomgate connect CLIENT --server NAME"; add --sign-in to do without a token');
  return 0;
}
