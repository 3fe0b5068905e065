import type { OrganizationWithCounts, Store } from '@boomgate/server/stored';
import { someOf } from './some-names.ts';

/** The organisation of this name or id, or the only one that there is; otherwise what was expected. */
export async function someOrganization(
  { people }: Pick<Store, 'people'>,
  wanted: string | undefined,
): Promise<OrganizationWithCounts | string> {
  const all = await people.organizations.list();
  if (all.length === 0)
    return 'nobody has set this gateway up yet: the set-up code of "boomgate up" makes the first person';
  const meant = all.filter(({ id, name }) => wanted === undefined || id === wanted || name === wanted);
  const [one, another] = meant;
  if (one !== undefined && another === undefined) return one;
  const listed = another === undefined ? all : meant;
  const known = someOf(listed.map(({ id, name }) => `${name} (${id})`));
  const expected =
    wanted === undefined || another === undefined
      ? 'the name or id of an organisation'
      : 'one organisation, by its id';
  return `expected ${expected}, found ${wanted === undefined ? 'none' : JSON.stringify(wanted)}; known: ${known}`;
}
