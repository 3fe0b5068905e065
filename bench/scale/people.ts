import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@boomgate/contract';
import { newVisitor } from '../../packages/server/test/support/visitor.ts';
import { Histogram } from '../histogram.ts';

export type Reads = {
  readonly reads: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
};

/** Milliseconds between two reads: as many as some people with open pages make. */
const BETWEEN_MS = 50;

type Read = (client: Client) => Promise<{ readonly ok: boolean }>;
const READS: readonly Read[] = [
  ({ overview }) => overview.read(),
  ({ grants }) => grants.list({ query: { limit: 50 } }),
  ({ decisions }) => decisions.list({ query: { limit: 50 } }),
  ({ policies }) => policies.list({ query: {} }),
  ({ servers }) => servers.list({ query: {} }),
];

/** The first person of a new gateway. */
export async function firstPerson(port: number, setupCode: string): Promise<Client> {
  const { client } = newVisitor({ url: `http://127.0.0.1:${port}` });
  const who = { name: 'Ann', email: 'ann@acme.example', password: 'correct horse battery staple' };
  const done = await client.setup.complete({ body: { code: setupCode, organization: 'Acme', ...who } });
  if (!done.ok) throw new Error(done.problem.title);
  return client;
}

/** Somebody who reads through the admin API, each time on a new connection, until `signal` says so. */
export async function readOn(client: Client, signal: AbortSignal): Promise<Reads> {
  const times = new Histogram();
  let failed = 0;
  for (let turn = 0; !signal.aborted; turn += 1) {
    const read = READS[turn % READS.length] ?? READS[0];
    const startMs = performance.now();
    const done = await read?.(client).catch(() => undefined);
    times.observe(performance.now() - startMs);
    if (done?.ok !== true) failed += 1;
    await pause(BETWEEN_MS);
  }
  return { reads: times.count, failed, p50: times.at(0.5), p99: times.at(0.99), most: times.at(1) };
}
