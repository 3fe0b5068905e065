import type { ServerResponse } from 'node:http';
import type { Live } from '../in-force/index.ts';

/** What has to be so that calls can be decided and recorded; `ok`, or why it is not so. */
export type Readiness = {
  readonly ready: boolean;
  readonly checks: { readonly policies: string; readonly store: string; readonly running: string };
};

/** Looks now. Never rejects. */
export async function readinessOf({
  behind,
  isCurrent,
  isStopping,
  store,
}: Pick<Live, 'behind' | 'isCurrent' | 'isStopping' | 'store'>): Promise<Readiness> {
  const checks = {
    // Nothing listens before the first are in force.
    policies:
      behind !== undefined
        ? 'what changed could not be put in force'
        : isCurrent()
          ? 'ok'
          : 'what others changed is not known',
    store: await store.ping().then(
      () => 'ok',
      () => 'the store cannot be written',
    ),
    running: isStopping() ? 'the gateway is stopping' : 'ok',
  };
  return { ready: Object.values(checks).every((one) => one === 'ok'), checks };
}

/** Answers whoever decides where agents are sent. */
export async function answerReadiness(live: Live, response: ServerResponse): Promise<void> {
  const readiness = await readinessOf(live);
  response
    .writeHead(readiness.ready ? 200 : 503, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
    })
    .end(`${JSON.stringify(readiness)}\n`);
}
