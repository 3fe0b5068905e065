import type { WebhookListPlan } from '../plan/index.ts';
import { printDeliveries } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { openToRead } from './store.ts';

export async function runWebhookList(
  plan: WebhookListPlan,
  { facts, keep, output, show }: World,
): Promise<ExitCode> {
  const store = keep(await openToRead(plan, facts));
  const deliveries = await store.outbox.list(plan.limit);
  if (show.json) output.json(deliveries);
  else if (deliveries.length > 0) output.data(printDeliveries(deliveries, { ...output, ...facts }));
  else output.note('no webhook was told anything yet');
  return 0;
}
