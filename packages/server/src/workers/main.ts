/** Entry of a process that answers agents; started by `member.ts` and by nobody else. */
import { rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Line as LineOf } from '../store/index.ts';
import type { Tracing } from '../telemetry/index.ts';
import type { WorkerAsks, WorkerNews } from './asks.ts';
import type { Handed } from './member.ts';
import type { Worker } from './worker.ts';

// Several processes load the same program; what follows is loaded after this, and compiled once.
enableCompileCache();
const { Line } = await import('../store/index.ts');
const { openWorker } = await import('./worker.ts');
const { openTracing } = await import('../telemetry/index.ts');
const { VERSION } = await import('../version.ts');

let worker: Worker | undefined;
/** That of the gateway's sockets, which whoever started this process removes when it stops; it cannot when it is killed. */
let folder: string | undefined;

function begun(): Worker {
  if (worker === undefined) throw new Error('expected to be told to begin first');
  return worker;
}

/** Spans of what is answered here; the process that holds the store has found the settings sound. */
async function tracingOf(): Promise<Tracing | undefined> {
  const tracing = await openTracing({
    environment: process.env,
    version: VERSION,
    onChange: (problem) => {
      if (problem === undefined)
        line.tell('log', { level: 'info', fields: {}, message: 'spans are sent again' });
      else line.tell('log', { level: 'warn', fields: { error: problem }, message: 'spans cannot be sent' });
    },
  });
  if (tracing !== undefined && 'problem' in tracing) throw new Error(tracing.problem);
  return tracing;
}

// Before anything is heard: what comes first is what all the rest goes by.
const tracing = await tracingOf();

const line: LineOf<WorkerAsks, WorkerNews> = new Line({
  send: (message) => process.send?.(message, undefined, undefined, () => undefined),
  // Nobody hears of it otherwise.
  onFault: (error) =>
    line.tell('log', {
      level: 'error',
      fields: { error: String(error) },
      message: 'news could not be taken',
    }),
  answers: {
    begin: async (beginning) => {
      folder = dirname(beginning.main);
      worker = openWorker(beginning, { line, tracing });
      await worker.listening;
      return null;
    },
    grants: (news) => begun().news.grants(news),
    endedSessions: (news) => begun().news.endedSessions(news),
    registries: (news) => begun().news.registries(news),
    revision: (news) => begun().news.revision(news),
    modern: (news) => begun().news.modern(news),
    approvals: (news) => begun().news.approvals(news),
    there: (asked) => asked,
    stop: (news) => {
      folder = undefined;
      return begun().news.stop(news);
    },
  },
});

process.on('message', (message, socket) => {
  if (Array.isArray(message)) return line.take(message);
  // One whose agent has left meanwhile comes without its socket.
  if (socket instanceof Socket) begun().take(socket);
  const { connection } = message as Handed; // a cast: the other end says nothing else
  line.tell('has', connection);
});
// Without the store nothing may be sent and nothing recorded; after a stop nothing is left to do.
process.on('disconnect', () => {
  try {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  } finally {
    process.exit();
  }
});
// A terminal sends these to all processes of the gateway: the one that holds the store says what is to be done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
