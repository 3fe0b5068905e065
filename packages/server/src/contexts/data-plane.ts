import { randomUUID } from 'node:crypto';
import { HeldCalls } from '../approvals/index.ts';
import { addressReader, type Entrance } from '../entrance/index.ts';
import { mayAgentsSignIn } from '../exposure.ts';
import { engineFunctions } from '../functions/index.ts';
import type { GatewayOptions } from '../gateway-options.ts';
import { Proofs, proofSecret } from '../identity/index.ts';
import { type Live, registryOf, urlOf } from '../in-force/index.ts';
import { type Clock, untold } from '../limits/index.ts';
import {
  basePathOf,
  hostRules,
  type ProxyContext,
  RefusalRates,
  Rounds,
  SessionSeal,
  Strangers,
  senderReading,
} from '../proxy/index.ts';
import { type CallStore, keyedHash, Seal, type Store } from '../store/index.ts';
import type { Telemetry } from '../telemetry/index.ts';
import { VERSION } from '../version.ts';
import { isStillApprover } from './still-approver.ts';

/** What the data plane works with. */
export function proxyContext(
  options: GatewayOptions,
  live: Live,
  {
    clock,
    entrance,
    telemetry,
  }: { readonly clock: Clock; readonly entrance: Entrance; readonly telemetry: Telemetry },
): ProxyContext {
  const { atPoint = untold, behindProxy = false, host: listenHost, log, publicUrl } = options;
  const { snapshots, store, upstreams } = live;
  const areSignedIn = mayAgentsSignIn(options);
  const argumentHash = keyedHash(store.secrets.key('argument-hash'));
  const seal = new Seal(store.secrets.key('session-seal'), 'boomgate round 1');
  return {
    store: { ...store, sessions: toldToAll(store, entrance) },
    upstreams,
    snapshots,
    compileSchema: engineFunctions.schema,
    clock,
    log,
    registry: (organization) => registryOf(live, organization),
    sessions: new SessionSeal(store.secrets.key('session-seal')),
    cursors: new Seal(store.secrets.key('session-seal'), 'boomgate cursor 1'),
    hosts: hostRules({ listenHost, publicUrl }),
    version: VERSION,
    argumentHash,
    rounds: new Rounds({ seal, digest: argumentHash, process: randomUUID() }),
    refusals: new RefusalRates(),
    strangers: new Strangers(),
    proofs: new Proofs(clock, proofSecret(store.secrets.key('session-seal'))),
    senderOf: senderReading(addressReader(options), behindProxy),
    isBehindProxy: behindProxy,
    telemetry,
    held: new HeldCalls({
      get: (id) => store.approvals.get(id),
      changed: store.approvals.watch(),
      nowMs: () => store.approvals.nowMs(),
      monotonicMs: () => clock.monotonicMs(),
    }),
    signInAt: () => (areSignedIn ? urlOf(options, live) : undefined),
    approvalUrl: (id) => `${urlOf(options, live)}/approvals/${id}`,
    mayDecide: options.mayDecide ?? isStillApprover,
    atPoint,
    basePath: basePathOf(publicUrl),
  };
}

/** A session that ends in this process is over in all of them. */
function toldToAll({ sessions }: Store, entrance: Entrance): CallStore['sessions'] {
  return {
    isEnded: (id) => sessions.isEnded(id),
    end: async (id, forgetAtMs) => {
      await sessions.end(id, forgetAtMs);
      await entrance.ended({ id, forgetAtMs });
    },
  };
}
