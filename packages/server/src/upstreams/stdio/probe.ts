import { STDIO_PROBE_MS } from '../bounds.ts';
import { modernWriter } from '../envelope.ts';
import type { Verdict } from '../eras.ts';
import { evidenceOf } from '../evidence.ts';
import { type StdioOptions, startRunning } from './running.ts';

/** Asks a throw-away process: some servers exit at the question, and one process is of one era (P §2.4). */
export async function probeStdio(options: Omit<StdioOptions, 'events' | 'log'>): Promise<Verdict> {
  const running = await startRunning({ ...options, events: { onListChanged() {} }, log() {} });
  if (running.kind === 'failing') return running;
  const signal = new AbortController().signal;
  const request = { method: 'server/discover', params: {}, signal, wantsProgress: false };
  const outcome = await running.conversation.ask(request, modernWriter(options.version), STDIO_PROBE_MS);
  await running.child.stop();
  // Silence and exit are the answers of old servers. On a pipe no header can be wrong, so that doubt means modern.
  if (outcome.kind === 'failing') return { kind: 'verdict', era: 'legacy' };
  return { kind: 'verdict', era: evidenceOf(outcome) === 'legacy' ? 'legacy' : 'modern' };
}
