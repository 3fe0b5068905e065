import { parsePolicyTree, printPolicy } from '@boomgate/engine';
import { engineFunctions } from '@boomgate/server/documents';
import { suggestFromLog } from '@boomgate/server/stored';
import type { PolicySuggestPlan } from '../plan/index.ts';
import { suggestionNotes } from '../report/index.ts';
import { visible, visibleJson } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { nothingOf, recordedOf } from './recorded.ts';
import { openToRead } from './store.ts';
import { writeNewTextFile } from './text-file.ts';

/** The document is data; from how many requests it was made, and what it leaves out, are notes. */
export async function runSuggest(plan: PolicySuggestPlan, world: World): Promise<ExitCode> {
  const { facts, fail, output, show } = world;
  const store = world.keep(await openToRead(plan, facts));
  const suggestion = suggestFromLog(await recordedOf(store, plan));
  if (suggestion.uses === 0) return fail(await nothingOf(store, plan));
  const parsed = parsePolicyTree(suggestion.policy, engineFunctions);
  if (!parsed.ok) throw new Error(`suggested what is no policy: ${JSON.stringify(parsed.problems)}`);
  // Addresses of resources and names of prompts are what agents wrote.
  const text = `${visibleJson(printPolicy(parsed.policy).trimEnd())}\n`;
  if (plan.out !== undefined) {
    const written = await writeNewTextFile(plan.out, text);
    if (!written.ok) return fail(written.message);
    output.note(`wrote ${visible(plan.out)}`);
  }
  if (show.json) output.json(suggestion);
  else if (plan.out === undefined) output.data(text.trimEnd());
  for (const note of suggestionNotes(suggestion, facts)) output.note(note);
  return 0;
}
