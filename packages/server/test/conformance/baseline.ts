import losses from './baseline.json' with { type: 'json' };

/** Why a scenario is lost, in one sentence, by pair and scenario. */
type Baseline = Readonly<Record<string, Readonly<Record<string, string>>>>;
export const BASELINE: Baseline = losses;

/** Scenarios of one pair with what went wrong in each; an empty list is a pass. */
export type Results = ReadonlyMap<string, readonly string[]>;

export type Verdict = {
  readonly passed: number;
  readonly applicable: number;
  /** Losses that are known, with their reason. */
  readonly known: readonly string[];
  /** Losses that are not in the baseline, with what went wrong. */
  readonly regressions: readonly string[];
  /** Entries of the baseline that pass or do not exist. */
  readonly stale: readonly string[];
};

/** Holds results against the losses that are known; only a verdict without regressions and stale entries is fine. */
export function judge(results: Results, known: Readonly<Record<string, string>> = {}): Verdict {
  const lost = [...results].filter(([, problems]) => problems.length > 0);
  const isLost = (scenario: string): boolean => (results.get(scenario) ?? []).length > 0;
  return {
    passed: results.size - lost.length,
    applicable: results.size,
    known: Object.keys(known).filter(isLost),
    regressions: lost
      .filter(([scenario]) => known[scenario] === undefined)
      .map(([scenario, problems]) => `${scenario}: ${problems.join(' | ')}`),
    stale: Object.keys(known).filter((scenario) => !isLost(scenario)),
  };
}

export function isFine({ regressions, stale }: Verdict): boolean {
  return regressions.length === 0 && stale.length === 0;
}
