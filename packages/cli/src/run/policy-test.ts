import { dirname, resolve } from 'node:path';
import { type CaseResult, isJsonObject, type Json, runPolicyCases } from '@boomgate/engine';
import { engineFunctions, parseDocumentText } from '@boomgate/server/documents';
import type { Parsed } from '../endpoint.ts';
import type { PolicyTestPlan } from '../plan/index.ts';
import { printCases } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { readPolicyDocument } from './policy-document.ts';
import { inputName, readInput } from './text-file.ts';

type FileReport = { readonly file: string; readonly cases: readonly CaseResult[] };

/** Runs every case of every file; 1 when a case fails, 2 when a file cannot be read. */
export async function runPolicyTest(plan: PolicyTestPlan, world: World): Promise<ExitCode> {
  const { fail, output, show } = world;
  const otherwise = plan.policy === undefined ? undefined : await readPolicyTree(plan.policy, world);
  if (otherwise?.ok === false) return fail(otherwise.message);
  const reports: FileReport[] = [];
  for (const file of plan.files) {
    const tree = await readCases(file, world);
    if (!tree.ok) return fail(tree.message);
    reports.push({
      file: inputName(file),
      cases: runPolicyCases(tree.value, engineFunctions, otherwise?.value),
    });
  }
  if (show.json) output.json(reports);
  else for (const { file, cases } of reports) output.data(printCases(file, cases, output.paint));
  const all = reports.flatMap(({ cases }) => cases);
  const failed = all.filter(({ ok }) => !ok).length;
  output.note(`passed: ${all.length - failed} of ${all.length}`);
  return failed === 0 ? 0 : 1;
}

/** The tree of a case file, in which the path of a policy, as seen from the file, gave way to that policy. */
async function readCases(file: string, world: World): Promise<Parsed<Json>> {
  const read = await readInput(file, world);
  const tree = read.ok ? treeOf(inputName(file), read.value) : read;
  if (!tree.ok || !isJsonObject(tree.value)) return tree;
  const path = tree.value['policy'];
  if (typeof path !== 'string') return tree;
  const policy = await readPolicyTree(resolve(dirname(file), path), world);
  return policy.ok ? { ok: true, value: { ...tree.value, policy: policy.value } } : policy;
}

/** A policy's own tree, once it is known to be a policy. */
async function readPolicyTree(given: string, world: World): Promise<Parsed<Json>> {
  const { faults, file, isReadable, policy, text } = await readPolicyDocument(given, world);
  if (policy !== undefined) return treeOf(file, text);
  if (!isReadable) return { ok: false, message: faults.join('\n') };
  return { ok: false, message: `expected a policy in ${file}: see "boomgate policy check ${file}"` };
}

function treeOf(file: string, text: string): Parsed<Json> {
  const document = parseDocumentText(file, text);
  if (document.ok) return { ok: true, value: document.tree };
  return { ok: false, message: document.problems.join('\n') };
}
