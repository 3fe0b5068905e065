import { hashToken, tokenFault } from '../identity/index.ts';
import type { MetricsSettings } from './config.ts';
import type { FileDocument } from './file-schema.ts';
import { type Environment, resolveReferences } from './references.ts';

type MetricsContext = {
  readonly environment: Environment;
  readonly report: (steps: readonly string[], message: string) => void;
  /** The name of the grant that a token opens as well. */
  readonly grantOf: (tokenHash: string) => string | undefined;
};

/** By what the metrics are read from elsewhere; undefined when they are not, or when it was reported why not. */
export function readMetrics(
  entry: FileDocument['metrics'],
  { environment, grantOf, report }: MetricsContext,
): MetricsSettings | undefined {
  if (entry === undefined) return undefined;
  const token = resolveReferences(entry.token, environment);
  const fault = 'problem' in token ? token.problem : tokenFault(token.text);
  if (fault !== undefined || 'problem' in token) {
    report(['token'], fault ?? 'cannot be resolved');
    return undefined;
  }
  const tokenHash = hashToken(token.text);
  const grant = grantOf(tokenHash);
  if (grant === undefined) return { tokenHash };
  report(['token'], `is the same as that of the grant ${grant}; agents must not read metrics`);
  return undefined;
}
