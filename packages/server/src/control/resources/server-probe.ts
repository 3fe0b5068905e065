import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { PROBE_MS } from '../../limits/index.ts';
import { type ServerSettings, SignInWanted, UpstreamError } from '../../upstreams/index.ts';
import type { ControlContext } from '../context.ts';

type Probed = AnswerOf<Endpoints['servers']['probe']>;

/** Stands for the grant of whoever tries a server; no grant has such an id. */
const PROBER = 'probe';

/** Connects as a call would, on the connection that calls have where it is shared, and lists the tools anew, which makes them known. */
export async function probed(context: ControlContext, server: ServerSettings): Promise<Probed> {
  const timer = Promise.withResolvers<Probed>();
  const seconds = PROBE_MS / 1_000;
  const late = setTimeout(
    () => timer.resolve({ state: 'failing', problem: `no answer within ${seconds} s` }),
    PROBE_MS,
  );
  try {
    return await Promise.race([asked(context, server), timer.promise]);
  } finally {
    clearTimeout(late);
  }
}

async function asked({ listTools, upstreams }: ControlContext, server: ServerSettings): Promise<Probed> {
  const upstream = upstreams.for(server, PROBER);
  try {
    const { capabilities, era, protocol } = await upstream.describe();
    const facts = { state: 'ready', era, protocol } as const;
    if (!Object.hasOwn(capabilities, 'tools')) return { ...facts, tools: 0 };
    return { ...facts, tools: await listTools(server, upstream) };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return {
      state: 'failing',
      problem: error.detail,
      ...(error instanceof SignInWanted ? { wantsSignIn: true as const } : {}),
    };
  }
}
