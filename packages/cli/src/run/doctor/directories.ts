import type { Config } from '@boomgate/server';
import { ORGANIZATION, type Store } from '@boomgate/server/stored';
import type { Checked } from '../../report/index.ts';

/** What the directories behind providers have said so far, and of whom they have not. */
export async function checkDirectories(
  { providers }: Pick<Config, 'providers'>,
  { people }: Store,
): Promise<readonly Checked[]> {
  const { directoryEntries } = people;
  const counts = await directoryEntries.counts(ORGANIZATION);
  const checks: Checked[] = [];
  for (const { directoryTokenHash, id, issuer } of providers) {
    if (directoryTokenHash === undefined) continue;
    const check = `directory ${id}`;
    const { active, inactive } = counts.get(id) ?? { active: 0, inactive: 0 };
    const of = { organization: ORGANIZATION, provider: id, issuer };
    const without = await directoryEntries.membersWithout(of);
    const [locked] = await directoryEntries.lockedOut(of);
    const found = `entries: ${active} active, ${inactive} closed; members without one: ${without}`;
    if (locked !== undefined)
      checks.push({
        check,
        state: 'wrong',
        found: `closed the account of the last admin, ${locked}`,
        mend: ANOTHER,
      });
    else if (active + inactive > 0 && without === 0) checks.push({ check, state: 'ok', found });
    else checks.push({ check, state: 'note', found, mend: active + inactive === 0 ? NOTHING_YET : WITHOUT });
  }
  const declared = new Set(
    providers.flatMap((one) => (one.directoryTokenHash === undefined ? [] : [one.id])),
  );
  for (const [id, { active, inactive }] of counts)
    if (!declared.has(id))
      checks.push({
        check: `directory ${id}`,
        state: 'note',
        found: `entries: ${active} active, ${inactive} closed, of a provider that the file does not give a directory`,
        mend: LEFT,
      });
  return checks;
}

const LEFT =
  'they keep nobody in or out, and count again if the file declares scim with a provider of this name: for another directory take another name';
const ANOTHER =
  'make somebody else admin (boomgate people set-role bob@acme.example admin), and have the directory say it again; or have it make them active';
const NOTHING_YET =
  'nobody joins by their domain before the directory has said so: have it provision people at /scim/v2/NAME of the gateway';
const WITHOUT = 'when they leave, the directory cannot say so: assign them there, or remove them as members';
