import { LEGACY_VERDICT_MS, REPROBE_MS } from './bounds.ts';
import type { Clock } from './clock.ts';
import type { Era, ServerSettings } from './contract.ts';
import type { Failing } from './failures.ts';

/** What a probe finds: an era, or a failure that says nothing of the era. */
export type Verdict = { readonly kind: 'verdict'; readonly era: Era } | Failing;

/** The era of one server: configured, or probed once for everybody and remembered with its date. */
export type Eras = {
  /** The verdict that still holds, without asking. */
  readonly known: () => Era | undefined;
  readonly decide: () => Promise<Verdict>;
  /** Evidence against the verdict: the next use probes again, unless the last probe was just now. */
  readonly doubt: () => void;
};

export function openEras(
  configured: ServerSettings['era'],
  probe: () => Promise<Verdict>,
  clock: Clock,
): Eras {
  if (configured !== 'auto') {
    const verdict: Verdict = { kind: 'verdict', era: configured };
    return { known: () => configured, decide: async () => verdict, doubt: () => {} };
  }
  let last: { readonly era: Era; readonly decidedAtMs: number } | undefined;
  let doubted = false;
  let probing: Promise<Verdict> | undefined;

  function known(): Era | undefined {
    if (last === undefined || doubted) return undefined;
    const isExpired = last.era === 'legacy' && clock.now() - last.decidedAtMs >= LEGACY_VERDICT_MS;
    return isExpired ? undefined : last.era;
  }

  async function probeOnce(): Promise<Verdict> {
    const verdict = await probe();
    doubted = false;
    if (verdict.kind === 'verdict') last = { era: verdict.era, decidedAtMs: clock.now() };
    // An old verdict is better than none while the server cannot be asked.
    return verdict.kind === 'failing' && last !== undefined ? { kind: 'verdict', era: last.era } : verdict;
  }

  return {
    known,
    decide() {
      const era = known();
      if (era !== undefined) return Promise.resolve({ kind: 'verdict', era });
      probing ??= probeOnce().finally(() => {
        probing = undefined;
      });
      return probing;
    },
    doubt() {
      if (last !== undefined && clock.now() - last.decidedAtMs >= REPROBE_MS) doubted = true;
    },
  };
}
