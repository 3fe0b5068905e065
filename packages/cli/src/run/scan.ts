import { SEVERITIES, type Severity } from '@boomgate/catalogue';
import { type ScannedServer, type ScanReport, scan } from '@boomgate/server';
import type { FailOn, ScanPlan } from '../plan/index.ts';
import { policyOf, printScan, sarifOf, scanProgress } from '../report/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { remember } from './scan-remember.ts';
import { scanTargets } from './scan-targets.ts';
import { interruption } from './signals.ts';

/** Scans what the plan names and prints what came of it. */
export async function runScan(plan: ScanPlan, world: World): Promise<ExitCode> {
  const { facts, output, show, fail } = world;
  const named = await scanTargets(plan, world);
  if (!named.ok) return fail(named.message);
  const { targets, files } = named.value;
  const ending = world.keep(interruption());
  const cancelling = new AbortController();
  void ending.requested.then(() => cancelling.abort());
  const report = await scan(targets, {
    version: facts.version,
    environment: facts.env,
    proxy: facts.proxy,
    timeoutMs: plan.timeoutMs,
    concurrency: plan.concurrency,
    signal: cancelling.signal,
    onProgress: (progress) => output.status(scanProgress(progress)),
  });
  output.status(undefined);
  await remember(report, plan, world);
  if (show.json && plan.form === 'table') output.json(report);
  else if (plan.form === 'sarif') output.json(sarifOf(report, { version: facts.version, files }));
  else if (plan.form === 'policy') printPolicy(report, world);
  else output.data(printScan(report, output));
  return exitCode(report, plan.failOn);
}

/** On stdout nothing but the policy; who has none is told beside it. */
function printPolicy(report: ScanReport, { output }: World): void {
  const policy = policyOf(report);
  if (policy !== undefined) output.json(policy);
  for (const server of report.servers)
    if (server.outcome === 'failed')
      output.note(`${visible(server.name)}: not scanned: ${visible(server.failure.message)}`);
}

/** A server that could not be scanned cannot be said to be free of what must not be there. */
function exitCode({ servers }: ScanReport, failOn: readonly FailOn[]): ExitCode {
  if (servers.some((server) => isFound(server, failOn))) return 1;
  const failed = servers.filter(({ outcome }) => outcome === 'failed').length;
  return failed === servers.length || (failOn.length > 0 && failed > 0) ? 2 : 0;
}

const LEVELS = ['low', 'medium', 'high', 'critical'] as const;
const levelOf = (severity: Severity): number => SEVERITIES.indexOf(severity);
const SPEAKS_TO_MODEL: ReadonlySet<string> = new Set(['poisoning', 'hidden_characters']);

function isFound(server: ScannedServer, failOn: readonly FailOn[]): boolean {
  if (server.outcome === 'failed') return false;
  const least = LEVELS.findIndex((level) => failOn.includes(level));
  return (
    server.tools.some(({ classification }) => {
      const isPoisoned = classification.signals.some(({ signal }) => SPEAKS_TO_MODEL.has(signal));
      return (
        (least !== -1 && levelOf(classification.severity) >= least) ||
        (failOn.includes('poisoning') && isPoisoned)
      );
    }) ||
    (failOn.includes('poisoning') && server.remarks.some(({ code }) => code === 'hostile_instructions'))
  );
}
