import type { PolicyCheckPlan } from '../plan/index.ts';
import { problemLine } from '../report/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { type PolicyDocument, readPolicyDocument, verdict } from './policy-document.ts';

/** Problems are data, one per line; the verdict is a note. A file that cannot be read is a failure, not a finding. */
export async function runPolicyCheck(plan: PolicyCheckPlan, world: World): Promise<ExitCode> {
  const documents = await Promise.all(plan.files.map((file) => readPolicyDocument(file, world)));
  if (world.show.json) world.output.json(documents.map(report));
  else for (const document of documents) print(document, world);
  return verdict(documents);
}

function print({ file, faults, problems, policy }: PolicyDocument, { output }: World): void {
  for (const fault of faults) output.data(visible(fault));
  for (const problem of problems) output.data(problemLine(file, problem, output.paint));
  if (policy !== undefined) output.note(`${visible(file)}: ${output.paintNote.good('ok')}`);
}

/** What `--json` says of a file. */
export function report({ file, faults, problems, policy }: PolicyDocument): object {
  return { file, ok: policy !== undefined, problems, faults };
}
