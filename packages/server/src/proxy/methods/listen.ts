import type { JsonObject } from '@boomgate/engine';
import { type ChangingList, CODES, META, type UpstreamDescription } from '../../upstreams/index.ts';
import { record } from '../call/record.ts';
import { refuseMalformed } from '../call/refuse.ts';
import type { RequestMessage } from '../message/message.ts';
import { mayRead, type Opened } from '../opened.ts';
import { type AgentRequest, openedBy } from '../request.ts';
import { type RpcAnswer, rpcError, rpcResult } from '../rpc.ts';
import { memberOfUri } from '../stack/names.ts';
import { Feed, NO_STREAM } from '../streams/index.ts';
import { describeAll, offeredCapabilities } from './describe.ts';
import { type ListenFilter, readFilter, toFilter } from './listen-filter.ts';

/**
 * `subscriptions/listen`: announcements until the agent closes the stream or the gateway ends it, which is when it is
 * answered (P §1.9). What may not be read is left out of what is honoured, like what does not exist.
 */
export async function listen(request: AgentRequest<RequestMessage>): Promise<RpcAnswer> {
  const wanted = readFilter(request.message.params);
  if (typeof wanted === 'string') return refuseMalformed(request, wanted);
  if (!request.acceptsStream)
    return refuseMalformed(request, 'expected Accept: text/event-stream', {
      code: CODES.invalidRequest,
      status: 406,
    });
  const described = await describeAll(request);
  if ('code' in described) return described;
  const lists = wanted.lists.filter((list) => isOffered(described, list));
  const over = Promise.withResolvers<void>();
  const opened = openedBy(request);
  const feed = new Feed({
    upstreams: request.context.upstreams,
    revisionOf: (id) => request.context.snapshots.revisionOf(id),
    asking: request.asking,
    opened,
    lists,
    deliver: (message) => request.notify(stamped(request, message)),
    onStalled: over.resolve,
  });
  const leave = request.streams.enter({
    grantId: request.grant.id,
    pass: request.pass,
    follow: (now) => feed.follow(now),
    end: () => over.resolve(),
    outdated: () => feed.everythingChanged(),
  });
  if (typeof leave === 'string') {
    feed.end();
    return refuseStream(request, leave);
  }
  request.signal.addEventListener('abort', () => over.resolve(), { once: true });
  try {
    await announce(request, { feed, opened, wanted: { ...wanted, lists }, over: over.promise });
  } finally {
    leave();
    feed.end();
  }
  return rpcResult({ _meta: { [META.subscriptionId]: request.message.id } });
}

type Listening = {
  readonly feed: Feed;
  readonly opened: Opened;
  /** What the agent asks for, of lists only those that a server offers. */
  readonly wanted: ListenFilter;
  readonly over: Promise<void>;
};

/** The acknowledgement first, then what is announced. */
async function announce(request: AgentRequest<RequestMessage>, listening: Listening): Promise<void> {
  const { feed, opened, over, wanted } = listening;
  const honoured: ListenFilter = {
    lists: wanted.lists,
    resources: await Promise.race([watchAll(feed, opened, wanted.resources), over.then(() => [])]),
  };
  // Who is acknowledged takes it that no change is missed from then on.
  await Promise.race([feed.watched(), over]);
  await record(request, { target: '', outcome: 'served' });
  const params = { notifications: toFilter(honoured) };
  const method = 'notifications/subscriptions/acknowledged';
  request.notify(stamped(request, { jsonrpc: '2.0', method, params }));
  // A stream on which nothing can come would hold a connection for nothing.
  if (honoured.lists.length === 0 && honoured.resources.length === 0) return;
  feed.begin();
  await over;
}

/** The URIs, as the agent wrote them, that the grant may read and their server announces. */
async function watchAll(feed: Feed, opened: Opened, uris: readonly string[]): Promise<readonly string[]> {
  const byServer = new Map<string, Map<string, string>>();
  for (const uri of uris) {
    const named = opened.isStack
      ? memberOfUri(opened.members, uri)
      : { member: opened.members[0], inner: uri };
    const serverId = named?.member?.server.id;
    if (named === undefined || serverId === undefined || !mayRead(opened, serverId, named.inner)) continue;
    const ofServer = byServer.get(serverId) ?? new Map<string, string>();
    byServer.set(serverId, ofServer.set(named.inner, uri));
  }
  const watched = [...byServer].map(async ([serverId, ofServer]) => {
    const announced = await feed.watchResources(serverId, [...ofServer.keys()]);
    return announced.flatMap((inner) => ofServer.get(inner) ?? []);
  });
  const found = new Set((await Promise.all(watched)).flat());
  return uris.filter((uri) => found.has(uri));
}

function isOffered(described: readonly UpstreamDescription[], list: ChangingList): boolean {
  return described.some((one) => Object.hasOwn(offeredCapabilities(one), list));
}

/** Every message of the stream names the request that it belongs to. */
function stamped({ message: { id } }: AgentRequest<RequestMessage>, message: JsonObject): JsonObject {
  const { params } = message;
  // A cast: the gateway's own announcements have parameters that are an object, or none.
  const given = (params ?? {}) as JsonObject;
  const meta = (given['_meta'] ?? {}) as JsonObject; // a cast: the server's `_meta` was read as an object
  return { ...message, params: { ...given, _meta: { ...meta, [META.subscriptionId]: id } } };
}

async function refuseStream(
  request: AgentRequest<RequestMessage>,
  why: keyof typeof NO_STREAM,
): Promise<RpcAnswer> {
  const { message, outcome } = NO_STREAM[why];
  await record(request, { target: '', outcome, rule: '(open streams)', message });
  return rpcError(CODES.busy, message);
}
