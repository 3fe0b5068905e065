import { type Command, plans, type Registration } from './command.ts';
import { databaseOption, dataOption, valued } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';
import { readWholeNumber } from './values.ts';

const LIMIT = 50;
const LIMIT_MAX = 1_000;

export function addWebhooks(program: Command, registration: Registration): void {
  const webhooks = program
    .command('webhooks')
    .description('what webhooks were told, and what failed')
    .helpCommand(false);
  const list = webhooks
    .command('list')
    .description('list deliveries of the last days, newest first')
    .addOption(valued('-n, --limit <n>', `how many (default: ${LIMIT})`, readWholeNumber(1, LIMIT_MAX)))
    .addOption(dataOption())
    .addOption(databaseOption());
  plans<PlaceValues & { readonly limit?: number }>(list, registration, (_, values, facts) => ({
    kind: 'webhook_list',
    limit: values.limit ?? LIMIT,
    ...placeOf(values, facts),
  }));
}
