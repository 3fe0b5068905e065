import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBody } from './bodies.ts';
import { compareReaders } from './differential.ts';
import { randomFrom } from './random.ts';

const CORPUS = new URL('corpus/', import.meta.url);

/** Bodies that were worth keeping: they are tried at every run and are what new bodies are made of. */
export function corpus(): readonly string[] {
  return readdirSync(CORPUS)
    .sort()
    .map((name) => readFileSync(new URL(name, CORPUS), 'utf8'));
}

type FuzzReport = {
  readonly seed: number;
  readonly bodies: number;
  readonly accepted: number;
  readonly differences: readonly string[];
};

/** Tries bodies until `goOn` says no. A body that two readers read differently is kept in the corpus. */
export function fuzz(seed: number, goOn: (bodies: number) => boolean): FuzzReport {
  const random = randomFrom(seed);
  const kept = corpus();
  const differences: string[] = [];
  let accepted = 0;
  let bodies = 0;
  for (; goOn(bodies); bodies += 1) {
    const body = kept[bodies] ?? randomBody(random, kept);
    const verdict = compareReaders(body);
    if (verdict.accepted) accepted += 1;
    if (verdict.difference !== undefined) differences.push(`${verdict.difference}: kept as ${keep(body)}`);
  }
  return { seed, bodies, accepted, differences };
}

function keep(body: string): string {
  const name = `${createHash('sha256').update(body).digest('hex').slice(0, 16)}.txt`;
  writeFileSync(new URL(name, CORPUS), body);
  return name;
}
