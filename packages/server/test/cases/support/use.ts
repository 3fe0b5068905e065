import { afterAll, beforeAll } from 'vitest';
import { bootCases, type Cases, type CasesOptions } from './boot.ts';

/** One gateway for a suite; when the suite is over the three ledgers must agree. */
export function useCases(options: CasesOptions = {}): () => Cases {
  let cases: Cases | undefined;
  beforeAll(async () => {
    cases = await bootCases(options);
  });
  afterAll(async () => {
    try {
      await cases?.expectLedgersToAgree();
    } finally {
      await cases?.[Symbol.asyncDispose]();
    }
  });
  return () => {
    if (cases === undefined) throw new Error('the gateway of the suite is not there yet');
    return cases;
  };
}
