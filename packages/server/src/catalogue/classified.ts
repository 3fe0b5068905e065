import { ATTACKS, attacksOn, classifiedOf, entriesOf, recommend, wordsOfName } from '@boomgate/catalogue';
import type { Classified, ToolsQuery } from './contract.ts';

/** Pure; in a thread all the same, as a definition may be as long as a request. */
export function classified({ server = '', tools }: ToolsQuery): Classified {
  const entries = entriesOf(server, tools);
  const items = entries.map(({ classification, definition: { name } }) => ({
    name,
    ...classification,
    attacks: attacksOn({ words: wordsOfName(name), ...classification }, ATTACKS).map((attack) => ({
      slug: attack.slug,
      name: attack.name,
    })),
  }));
  return { items, recommended: recommend(classifiedOf(server, entries)) };
}
