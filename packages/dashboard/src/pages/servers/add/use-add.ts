import type { AnswerOf, Endpoints, SentTo } from '@boomgate/contract';
import { useAct } from '../../../app/act.ts';
import { api, bodyOf } from '../../../app/api.ts';
import { queryClient } from '../../../app/query.ts';
import type { NamedValue } from '../../../ui/index.ts';

export type Preview = AnswerOf<Endpoints['stack']['preview']>;
type Entry = SentTo<Endpoints['servers']['create']>['body'];

/** Registers one server; its slug when it is there. */
export function useAdd(onAdded: (slugs: readonly string[]) => void) {
  const act = useAct();
  const add = async (entry: Entry) => {
    const made = await act.run(() => bodyOf(api.servers.create({ body: entry })));
    if (made === undefined) return;
    await serversChanged();
    onAdded([made.slug]);
  };
  return { act, add };
}

export async function serversChanged(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['servers'] });
  await queryClient.invalidateQueries({ queryKey: ['stack'] });
}

/** Rows that have a name, as one object. */
export function valuesOf(rows: readonly NamedValue[]): Record<string, string> {
  return Object.fromEntries(rows.filter(({ name }) => name !== '').map(({ name, value }) => [name, value]));
}
