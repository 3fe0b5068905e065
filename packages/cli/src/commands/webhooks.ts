import { type Command, plans, type Registration } from './command.ts';
import { databaseOption, dataOption, valued } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';
import { readWholeNumber } from './values.ts';

const LIMIT = 50;
const LIMIT_MAX = 1_000;

export function addWebhooks(program: Command, registration: Registration): void {
  const webhooks = program
    .command('webhooks')
    .description('what was told to webhooks, and what was not')
    .helpCommand(false);
  const list = webhooks
    .command('list')
    .description('deliveries of the last days, the newest first')
    .addOption(valued('-n, --limit <n>', `how many (default: ${LIMIT})`, readWholeNumber(1, LIMIT_MAX)))
    .addOption(dataOption())
    .addOption(databaseOption());
  plans<PlaceValues & { readonly limit?: number }>(list, registration, (_, values, facts) => ({
    kind: 'webhook_list',
    limit: values.limit ?? LIMIT,
    ...placeOf(values, facts),
  }));
}
