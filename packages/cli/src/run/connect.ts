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
import { addressIn } from './addressed.ts';
import { openIfThere } from './store.ts';
import { unknownServer } from './unknown-server.ts';

/** Prints what to paste; changes nothing. */
export async function runConnect(plan: ConnectPlan, world: World): Promise<ExitCode> {
  const { facts, fail, output, show } = world;
  const { fault, url } = await lookedUp(plan, world);
  if (fault !== undefined) return fail(fault);
  const connection = connectionFor({ ...plan, url }, facts);
  if (show.json) output.json(connection);
  else printConnection(connection, output);
  sayPlaceholder(plan, output);
  return 0;
}

/** The same for a client that signs in by itself. */
export async function runConnectSignIn(plan: ConnectSignInPlan, world: World): Promise<ExitCode> {
  const { facts, fail, output, show } = world;
  const { fault, url } = await lookedUp(plan, world);
  if (fault !== undefined) return fail(fault);
  const connection = signInConnectionFor({ ...plan, url }, facts);
  if (show.json) output.json(connection);
  else if (plan.managed) printManaged(connection, output);
  else printSignIn(connection, output);
  sayPlaceholder(plan, output);
  return 0;
}

type Wanted = ConnectPlan | ConnectSignInPlan;

/** Where the gateway is, and why the server that was named cannot be connected there. */
async function lookedUp(
  plan: Wanted,
  { facts, keep }: World,
): Promise<{ readonly url: string; readonly fault: string | undefined }> {
  const opened = await openIfThere(plan, facts);
  const store = opened && keep(opened);
  return { url: await addressIn(store, plan), fault: await unknownServer(plan, { facts, store }) };
}

function sayPlaceholder({ server, serverKnown }: Wanted, output: World['output']): void {
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
  output.note(
    plan.signIn
      ? '\nshow one with "boomgate connect CLIENT --server NAME --sign-in"'
      : '\nshow one with "boomgate connect CLIENT --server NAME"; add --sign-in to do without a token',
  );
  return 0;
}
