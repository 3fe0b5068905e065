import { checkTools, type ToolFacts } from '@boomgate/engine';
import type { PolicyCheckPlan } from '../plan/index.ts';
import { problemLine } from '../report/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { type PolicyDocument, readPolicyDocument, verdict } from './policy-document.ts';
import { factsOf, readTools } from './tool-file.ts';

/** Problems are data, one per line; the verdict is a note. A file that cannot be read is a failure, not a finding. */
export async function runPolicyCheck(plan: PolicyCheckPlan, world: World): Promise<ExitCode> {
  const known = plan.tools === undefined ? undefined : await readTools(plan.tools, world);
  if (known?.ok === false) return world.fail(known.message);
  const read = await Promise.all(plan.files.map((file) => readPolicyDocument(file, world)));
  const tools = known?.value.map(factsOf);
  const documents = tools === undefined ? read : read.map((document) => heldAgainst(document, tools));
  if (world.show.json) world.output.json(documents.map(report));
  else for (const document of documents) print(document, world);
  return verdict(documents);
}

/** An error against the tools makes it no policy for them. */
function heldAgainst(document: PolicyDocument, tools: readonly ToolFacts[]): PolicyDocument {
  const { policy, ...rest } = document;
  if (policy === undefined) return document;
  const problems = [...rest.problems, ...checkTools(policy, tools)];
  return problems.some(({ severity }) => severity === 'error')
    ? { ...rest, problems }
    : { ...rest, problems, policy };
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
