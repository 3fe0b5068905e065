import { STDIO_PROBE_MS } from '../bounds.ts';
import type { Verdict } from '../eras.ts';
import { evidenceOf } from '../evidence.ts';
import { GATEWAY, ownRequest } from '../own-request.ts';
import { type StdioOptions, startRunning } from './running.ts';

/** Asks a throw-away process: some servers exit at the question, and one process is of one era (P §2.4). */
export async function probeStdio(options: Omit<StdioOptions, 'events' | 'log'>): Promise<Verdict> {
  const running = await startRunning('modern', { ...options, events: { onEvent() {} }, log() {} });
  if (running.kind === 'failing') return running;
  const outcome = await running.conversation.ask(ownRequest('server/discover'), GATEWAY, STDIO_PROBE_MS);
  await running.child.stop();
  // Silence and exit are the answers of old servers. On a pipe no header can be wrong, so that doubt means modern.
  const isLegacy =
    outcome.kind === 'failing' || outcome.kind === 'input_required' || evidenceOf(outcome) === 'legacy';
  return { kind: 'verdict', era: isLegacy ? 'legacy' : 'modern', transport: 'stdio' };
}
