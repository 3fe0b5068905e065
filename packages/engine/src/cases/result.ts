/** One case of a file. `failures` says what was expected and what was found; empty when it passed. */
export type CaseResult = {
  readonly name: string;
  readonly ok: boolean;
  readonly failures: readonly string[];
};

export function resultOf(name: string, failures: readonly string[]): CaseResult {
  return { name, ok: failures.length === 0, failures };
}
