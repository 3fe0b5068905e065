import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@boomgate/contract';
import { newVisitor } from '../../packages/server/test/support/visitor.ts';
import { Histogram } from '../histogram.ts';

export type Reads = {
  readonly reads: number;
  readonly failed: number;
  /** Of those that began when this had gone on for `settleSeconds`. */
  readonly p50: number;
  readonly p99: number;
  /** Of all. */
  readonly most: number;
};

/** Somebody who reads until they are stopped. */
type Reader = { readonly stop: () => Promise<Reads> };

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

/** Reads through the admin API, a page of the dashboard after the other. */
export function readOn(client: Client, settleSeconds: number): Reader {
  const [all, settled] = [new Histogram(), new Histogram()];
  let failed = 0;
  let isOver = false;
  const settledMs = performance.now() + settleSeconds * 1_000;
  const reading = (async () => {
    for (let turn = 0; !isOver; turn += 1) {
      const read = READS[turn % READS.length] ?? READS[0];
      const startMs = performance.now();
      const done = await read?.(client).catch(() => undefined);
      const ms = performance.now() - startMs;
      all.observe(ms);
      if (startMs >= settledMs) settled.observe(ms);
      if (done?.ok !== true) failed += 1;
      await pause(BETWEEN_MS);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await reading;
      return { reads: all.count, failed, p50: settled.at(0.5), p99: settled.at(0.99), most: all.at(1) };
    },
  };
}
