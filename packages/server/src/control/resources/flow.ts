import { z } from 'zod';
import { SIGN_ON_MS } from '../../limits/index.ts';
import type { Flow } from '../../sign-on/index.ts';
import type { ControlContext } from '../context.ts';

const kept = z.strictObject({
  provider: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  endsAtMs: z.number(),
});

/** What the browser keeps of a sign-in: the flow, where it wants to go afterwards, and until when by the time of all replicas. */
type KeptFlow = z.infer<typeof kept>;

export function sealFlow({ people, store }: ControlContext, flow: Flow, returnTo: string): string {
  const endsAtMs = store.nowMs() + SIGN_ON_MS;
  return people.signOnSeal.close(JSON.stringify({ ...flow, returnTo, endsAtMs } satisfies KeptFlow));
}

/** Undefined for what is not ours, and for what took too long. */
export function openFlow(
  { people, store }: ControlContext,
  sealed: string | undefined,
): KeptFlow | undefined {
  const opened = people.signOnSeal.open(sealed ?? '');
  if (opened === undefined) return undefined;
  const flow = kept.parse(JSON.parse(opened));
  return store.nowMs() < flow.endsAtMs ? flow : undefined;
}

/** A copied cookie with its answer works once: false when the flow was used before. */
export function useUpFlow({ store }: ControlContext, { endsAtMs, state }: KeptFlow): Promise<boolean> {
  return store.people.spent.spend(`sign-on ${state}`, endsAtMs);
}
