import {
  type Call,
  compilePolicy,
  decideWithLedgers,
  isJsonObject,
  type JsonObject,
  locateJson,
  openLedgers,
  type ReadFault,
  readJson,
  type ToolFacts,
  utf8Length,
} from '@boomgate/engine';
import { engineFunctions, INGRESS_BOUNDS } from '@boomgate/server/documents';
import type { Parsed } from '../endpoint.ts';
import type { ArgumentSource, SimulatePlan } from '../plan/index.ts';
import { printSimulation, problemLine, type SimulatedCall } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { readPolicyDocument } from './policy-document.ts';
import { someOf } from './some-names.ts';
import { readTextFile } from './text-file.ts';
import { factsOf, readTools } from './tool-file.ts';

/** Stands for whatever the plan does not say: the grant, the server, the session. */
const SOMEBODY = 'simulated';

/** Decides calls that nobody makes, with the gateway's own decision function. */
export async function runSimulate(plan: SimulatePlan, world: World): Promise<ExitCode> {
  const { output, show, fail } = world;
  const { faults, file, policy, problems } = await readPolicyDocument(plan.policy, world);
  if (policy === undefined) {
    for (const problem of problems) output.note(problemLine(file, problem, output.paintNote));
    return fail([...faults, `expected a policy to simulate, found problems in ${file}`].join('\n'));
  }
  const args = await readArguments(plan.args);
  if (!args.ok) return fail(args.message);
  const tool = await toolOf(plan, world);
  if (!tool.ok) return fail(tool.message);
  const compiled = compilePolicy(policy, engineFunctions);
  const ledgers = openLedgers();
  const call = callOf(plan, tool.value, args.value);
  const calls: SimulatedCall[] = Array.from({ length: plan.times }, (_, index) => ({
    number: index + 1,
    decision: decideWithLedgers(compiled, call, ledgers),
  }));
  if (show.json) output.json(plan.times === 1 ? calls[0]?.decision : calls);
  else output.data(printSimulation(calls, output.paint));
  return calls.every(({ decision }) => decision.outcome === 'allow') ? 0 : 1;
}

/** As the file of definitions has it; without one, a tool of which nothing but its name is known. */
async function toolOf({ tool, tools }: SimulatePlan, world: World): Promise<Parsed<ToolFacts>> {
  if (tools === undefined) return { ok: true, value: { name: tool, annotations: {} } };
  const read = await readTools(tools, world);
  if (!read.ok) return read;
  const found = read.value.find((one) => one.tool.name === tool);
  if (found !== undefined) return { ok: true, value: factsOf(found) };
  const names = read.value.map((one) => one.tool.name);
  return {
    ok: false,
    message: `${tools}: expected a definition of ${JSON.stringify(tool)}, found those of ${someOf(names)}`,
  };
}

function callOf({ grantLabels, atMs }: SimulatePlan, tool: ToolFacts, args: JsonObject): Call {
  return {
    tool,
    args,
    grant: { id: SOMEBODY, name: SOMEBODY, labels: grantLabels },
    server: { id: SOMEBODY, name: SOMEBODY },
    organization: SOMEBODY,
    session: SOMEBODY,
    client: {},
    nowMs: atMs,
  };
}

/** In the words for what people write, where these find the fault too. */
function faultIn(text: string, fault: ReadFault): string {
  const located = locateJson(text, { ...INGRESS_BOUNDS, maxBytes: utf8Length(text) });
  if (located.ok) return fault.message;
  const { column, line, message } = located.fault;
  return `line ${line}, column ${column}: ${message}`;
}

/** Read as strictly as the gateway reads calls. */
async function readArguments(source: ArgumentSource): Promise<Parsed<JsonObject>> {
  const found =
    source.from === 'file' ? await readTextFile(source.path) : { ok: true as const, value: source.text };
  if (!found.ok) return found;
  const read = readJson(found.value, INGRESS_BOUNDS);
  const place = source.from === 'file' ? source.path : '--args';
  if (!read.ok) return { ok: false, message: `${place}: ${faultIn(found.value, read.fault)}` };
  if (isJsonObject(read.value)) return { ok: true, value: read.value };
  return {
    ok: false,
    message: `${place}: expected a JSON object such as {"path": "a.txt"}, found another value`,
  };
}
