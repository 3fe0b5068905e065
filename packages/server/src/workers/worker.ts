import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { HeldCalls } from '../approvals/index.ts';
import { engineFunctions } from '../functions/index.ts';
import { openHttpServer } from '../http-server/index.ts';
import { Proofs, proofSecret } from '../identity/index.ts';
import { type Clock, GRANT_POLL_MS, systemClock, untold } from '../limits/index.ts';
import {
  basePathOf,
  createDataPlane,
  type Homes,
  hostRules,
  isForAgents,
  type Log,
  NOTHING_REGISTERED,
  type ProxyContext,
  RefusalRates,
  type Registry,
  Rounds,
  SessionSeal,
  Strangers,
  senderReading,
} from '../proxy/index.ts';
import {
  type Answers,
  keyedHash,
  type Line,
  openRemoteStore,
  type RemoteStore,
  Seal,
} from '../store/index.ts';
import type { Tracing } from '../telemetry/index.ts';
import { openUpstreams, type UpstreamState, type Upstreams } from '../upstreams/index.ts';
import { VERSION } from '../version.ts';
import { AskedTokens } from './asked-tokens.ts';
import type { Beginning, WorkerAsks, WorkerNews } from './asks.ts';
import { handedAddress, handOnTo, leaveClosing } from './hand-on.ts';
import { Inspector } from './inspector.ts';
import { RegistryReader } from './registry-news.ts';
import { slotOf, slotOfName } from './slots.ts';
import { ToldCounts } from './told-counts.ts';

export type Worker = {
  readonly news: Omit<Answers<WorkerNews>, 'begin' | 'there'>;
  readonly take: (connection: Socket) => void;
  /** The other processes can reach it. */
  readonly listening: Promise<void>;
};

type Parts = {
  readonly clock: Clock;
  readonly counts: ToldCounts;
  readonly inspector: Inspector;
  readonly line: Line<WorkerAsks, WorkerNews>;
  readonly log: Log;
  readonly registries: { current: ReadonlyMap<string, Registry>; readonly reader: RegistryReader };
  readonly remote: RemoteStore;
  readonly upstreams: Upstreams;
};

/** One process that answers agents: a data plane of its own over the store of another process. */
export function openWorker(
  beginning: Beginning,
  { line, tracing }: { readonly line: Line<WorkerAsks, WorkerNews>; readonly tracing: Tracing | undefined },
): Worker {
  const parts = partsOf(line, beginning);
  const { counts, inspector, registries, remote, upstreams } = parts;
  const outside = new WeakSet<Socket>();
  const modern = new Set<string>();
  const homes = homesOf(beginning, { outside, modern });
  const approvals = { haveNews: false };
  const context = contextOf(beginning, parts, { homes, approvals, tracing });
  const plane = createDataPlane(context);
  const http = openHttpServer((request: IncomingMessage, response: ServerResponse) => {
    // Everything else is for the process that holds the store.
    if (isForAgents(request.url ?? '')) plane.handle(request, response);
    else void homes.ofPrograms({ request, response });
  }, beginning.http);
  leaveClosing(http.server, (connection) => outside.has(connection));
  const pulse = startPulse(parts, context, plane.changed);
  return {
    listening: listenAt(http.server, beginning.sockets[beginning.slot] ?? ''),
    take(connection) {
      outside.add(connection);
      http.take(connection);
    },
    news: {
      ...followedBy(remote.news, plane.changed),
      registries: async (news) => {
        registries.current = registries.reader.read(news);
        plane.changed();
        const all = [...registries.current.values()].flatMap(({ servers }) => [...servers.values()]);
        // Requests go by it already; connections that are not needed any more close beside them.
        void upstreams.replace([...new Set(all)]);
        return null;
      },
      revision: ({ revision, server }) => {
        inspector.revised(server, revision);
        plane.changed();
        return null;
      },
      modern: (ids) => {
        modern.clear();
        for (const id of ids) modern.add(id);
        return null;
      },
      approvals: () => {
        approvals.haveNews = true;
        return null;
      },
      stop: async () => {
        clearInterval(pulse);
        plane.endStreams();
        context.held.stop();
        await http.stop();
        await upstreams[Symbol.asyncDispose]();
        counts.flush();
        await tracing?.[Symbol.asyncDispose]();
        await remote.store.journal.flush();
        return null;
      },
    },
  };
}

/** One that died left its socket behind. */
async function listenAt(server: Server, path: string): Promise<void> {
  await rm(path, { force: true });
  await new Promise<void>((resolve) => server.listen(path, resolve));
}

function partsOf(line: Line<WorkerAsks, WorkerNews>, { proxy }: Beginning): Parts {
  const clock = systemClock();
  const say =
    (level: keyof Log): Log['info'] =>
    (fields, message) =>
      line.tell('log', { level, fields, message });
  const log = { info: say('info'), warn: say('warn'), error: say('error') };
  return {
    clock,
    counts: new ToldCounts((counted) => line.tell('counted', counted)),
    line,
    log,
    inspector: new Inspector(line, clock),
    registries: { current: new Map(), reader: new RegistryReader() },
    remote: openRemoteStore(line, clock),
    upstreams: openUpstreams({
      version: VERSION,
      tokens: new AskedTokens(line, clock, log),
      proxy,
      // Programs are started by the process that holds the store, and by no other.
      environment: {},
      log: (server, text) => log.info({ server, line: text }, 'server says'),
    }),
  };
}

type Seen = { readonly outside: WeakSet<Socket>; readonly modern: ReadonlySet<string> };

function homesOf({ main, slot, sockets }: Beginning, { modern, outside }: Seen): Homes {
  const ways = sockets.map((socket, at) => (at === slot ? undefined : handOnTo(socket)));
  return {
    isHandedOn: ({ socket }) => !outside.has(socket),
    of: (id) => ways[slotOf(id, ways.length)],
    ofPrograms: handOnTo(main),
    ofGrant: (id) => ways[slotOfName(id, ways.length)],
    isStateless: ({ era, id, isolation }) => isolation === 'shared' && (era === 'modern' || modern.has(id)),
  };
}

type Around = {
  readonly homes: Homes;
  readonly approvals: { haveNews: boolean };
  readonly tracing: Tracing | undefined;
};

function contextOf(
  { isBehindProxy, keys, listenHost, mayAgentsSignIn, publicUrl, url }: Beginning,
  { clock, counts, inspector, log, registries, remote, upstreams }: Parts,
  { approvals, homes, tracing }: Around,
): ProxyContext {
  const sessionSeal = Buffer.from(keys.sessionSeal, 'base64');
  const argumentHash = keyedHash(Buffer.from(keys.argumentHash, 'base64'));
  const isOwn = (id: string): boolean => homes.of(id) === undefined;
  const seal = new Seal(sessionSeal, 'boomgate round 1');
  return {
    store: remote.store,
    upstreams,
    snapshots: inspector,
    compileSchema: engineFunctions.schema,
    clock,
    log,
    telemetry: { meter: counts, tracing },
    registry: (organization) => registries.current.get(organization) ?? NOTHING_REGISTERED,
    sessions: new SessionSeal(sessionSeal, isOwn),
    cursors: new Seal(sessionSeal, 'boomgate cursor 1'),
    hosts: hostRules({ listenHost, publicUrl }),
    version: VERSION,
    argumentHash,
    rounds: new Rounds({ seal, digest: argumentHash, process: randomUUID(), isOwn }),
    refusals: new RefusalRates(),
    strangers: new Strangers(),
    proofs: new Proofs(clock, proofSecret(sessionSeal)),
    senderOf: senderReading(
      (request) => (homes.isHandedOn(request) ? handedAddress(request) : request.socket.remoteAddress),
      isBehindProxy,
    ),
    isBehindProxy,
    held: new HeldCalls({
      get: (id) => remote.store.approvals.get(id),
      changed: () => {
        const { haveNews } = approvals;
        approvals.haveNews = false;
        return haveNews;
      },
      nowMs: () => clock.wallMs(),
      monotonicMs: () => clock.monotonicMs(),
    }),
    signInAt: () => (mayAgentsSignIn ? url : undefined),
    approvalUrl: (id) => `${url}/approvals/${id}`,
    // It is asked where the approval is used, which is where the store is.
    mayDecide: () => false,
    atPoint: untold,
    homes,
    basePath: basePathOf(publicUrl),
  };
}

/** News that open streams are judged by. */
function followedBy(news: RemoteStore['news'], changed: () => void): RemoteStore['news'] {
  return {
    ...news,
    grants: (told) => {
      news.grants(told);
      changed();
      return null;
    },
  };
}

/** What has to be looked at although nobody tells of it: time. */
function startPulse(
  { counts, line, log, upstreams }: Parts,
  { held }: ProxyContext,
  changed: () => void,
): NodeJS.Timeout {
  let told: readonly UpstreamState[] = [];
  return setInterval(() => {
    Promise.resolve(held.look()).catch((error: unknown) =>
      log.warn({ error: String(error) }, 'held calls could not be looked at'),
    );
    counts.flush();
    // Also without news: a grant may have expired.
    changed();
    const states = upstreams.states();
    if (isDeepStrictEqual(states, told)) return;
    told = states;
    line.tell('states', states);
  }, GRANT_POLL_MS).unref();
}
