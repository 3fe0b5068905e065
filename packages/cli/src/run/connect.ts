import { clients } from '@boomgate/catalogue/clients';
import { CONNECTABLE, connectionFor, printConnection } from '../connect/index.ts';
import type { ConnectListPlan, ConnectPlan } from '../plan/index.ts';
import type { ExitCode, World } from '../world.ts';

/** Prints what to paste; changes nothing. */
export async function runConnect(plan: ConnectPlan, { facts, output, show }: World): Promise<ExitCode> {
  const connection = connectionFor(plan, facts);
  if (show.json) output.json(connection);
  else printConnection(connection, output);
  if (!plan.serverKnown) {
    output.note(
      `\nreplace ${plan.server} by the server's name, or add --server NAME, or --stack; "boomgate grant list" shows names`,
    );
  }
  return 0;
}

export async function runConnectList(_: ConnectListPlan, { output, show }: World): Promise<ExitCode> {
  const list = CONNECTABLE.map((client) => ({ client, title: clients[client].title }));
  if (show.json) {
    output.json(list);
    return 0;
  }
  for (const { client, title } of list) output.data(`${output.paint.name(client.padEnd(16))} ${title}`);
  output.note('\nshow one with "boomgate connect CLIENT --server NAME"');
  return 0;
}
