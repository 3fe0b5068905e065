import { z } from 'zod';
import { SIGN_ON_MS } from '../../limits/index.ts';
import type { Flow } from '../../server-sign-in/index.ts';
import type { ControlContext } from '../context.ts';

/** Characters of a cookie's value: browsers keep 4,096 with its name and attributes. */
const SEALED_MAX = 3_800;

const text = z.string();
const kept = z.strictObject({
  /** Id and name of the server, and whose it is. */
  server: text,
  slug: text,
  organization: text,
  /** The hash of the session that began. */
  session: text,
  /** By the time of all replicas. */
  endsAtMs: z.number(),
  flow: z.custom<Flow>((value) => typeof value === 'object' && value !== null),
});

/** What the browser keeps while its person signs the gateway in at a server: for one session, and for ten minutes. */
type ServerFlow = Omit<z.infer<typeof kept>, 'endsAtMs'>;
export type KeptServerFlow = z.infer<typeof kept>;

/** Undefined for what no browser keeps: addresses that are too long. */
export function sealServerFlow({ people, store }: ControlContext, flow: ServerFlow): string | undefined {
  const endsAtMs = store.nowMs() + SIGN_ON_MS;
  const sealed = people.serverSignInSeal.close(
    JSON.stringify({ ...flow, endsAtMs } satisfies KeptServerFlow),
  );
  return sealed.length > SEALED_MAX ? undefined : sealed;
}

/** Undefined for what is not ours, and for what took too long. */
export function openServerFlow(
  { people, store }: ControlContext,
  sealed: string | undefined,
): KeptServerFlow | undefined {
  const opened = people.serverSignInSeal.open(sealed ?? '');
  if (opened === undefined) return undefined;
  const flow = kept.parse(JSON.parse(opened));
  return store.nowMs() < flow.endsAtMs ? flow : undefined;
}

/** A copied cookie with its answer works once: false when the flow was used before. */
export function useUpServerFlow(
  { store }: ControlContext,
  { endsAtMs, flow }: KeptServerFlow,
): Promise<boolean> {
  return store.people.spent.spend(`server sign-in ${flow.state}`, endsAtMs);
}
