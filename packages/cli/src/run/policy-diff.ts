import { policyDifference, widensAccess } from '@boomgate/engine';
import { engineFunctions } from '@boomgate/server/documents';
import type { PolicyDiffPlan } from '../plan/index.ts';
import { printComparison, problemLine } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { readPolicyDocument } from './policy-document.ts';
import { factsOf, readTools } from './tool-file.ts';

/** What differs, then whether more is let through. 1 when it is, and when neither could be shown. */
export async function runPolicyDiff(plan: PolicyDiffPlan, world: World): Promise<ExitCode> {
  const { fail, output, show } = world;
  const documents = await Promise.all(
    [plan.before, plan.after].map((file) => readPolicyDocument(file, world)),
  );
  const [before, after] = documents.map(({ policy }) => policy);
  if (before === undefined || after === undefined) {
    for (const { file, problems } of documents)
      for (const problem of problems) output.note(problemLine(file, problem, output.paintNote));
    const wrong = documents.filter(({ policy }) => policy === undefined).map(({ file }) => file);
    const faults = documents.flatMap((document) => document.faults);
    return fail([...faults, `expected two policies, found problems in ${wrong.join(' and ')}`].join('\n'));
  }
  const known = plan.tools === undefined ? undefined : await readTools(plan.tools, world);
  if (known?.ok === false) return fail(known.message);
  const changes = policyDifference(before, after);
  const widens = widensAccess(
    { before, after },
    engineFunctions,
    known && { tools: known.value.map(factsOf) },
  );
  if (show.json) output.json({ changes, widens });
  else output.data(printComparison({ changes, widens }, output));
  return widens.verdict === 'no' ? 0 : 1;
}
