import {
  MAX_SESSION_STATES,
  MAX_SUBSCRIBED_CHARACTERS,
  MAX_SUBSCRIPTIONS,
  SUBSCRIBED_CHARACTERS_OF_GRANT,
} from '../../limits/index.ts';
import type { Asking, ChangingList, ServerSettings, Upstreams } from '../../upstreams/index.ts';
import { FairCache } from '../fair-cache.ts';
import { type Opened, type RevisionOf, viewOf } from '../opened.ts';
import type { Session } from '../session.ts';
import { ServerWatch } from './server-watch.ts';
import { type Attachment, SessionFeed } from './session-feed.ts';

type SubscribeResult = 'taken' | 'refused' | 'too_many';

type Named = Pick<Session, 'grantId' | 'key'>;

/** A resource of a server, as a session names it when it subscribes. */
type Wanted = { readonly server: ServerSettings; readonly uri: string; readonly asking: Asking };

/**
 * The feeds of legacy sessions by their key. They live in memory: after a restart a session goes on without what it
 * subscribed to, and its stream begins by saying that every list changed, so that the agent looks again.
 */
export class SessionFeeds {
  readonly #upstreams: Upstreams;
  readonly #revisionOf: RevisionOf;
  readonly #feeds = new FairCache<SessionFeed>({ most: MAX_SESSION_STATES, mayGo: ({ isOpen }) => !isOpen });
  /** Characters of subscribed URIs by grant. */
  readonly #characters = new Map<string, number>();

  constructor(upstreams: Upstreams, revisionOf: RevisionOf) {
    this.#upstreams = upstreams;
    this.#revisionOf = revisionOf;
  }

  /** A handshake took place and offered these lists. */
  begin(session: Session, opened: Opened, lists: readonly ChangingList[]): void {
    this.#of(session).begin(viewOf(opened, this.#revisionOf), lists);
  }

  /** Gives the session its own stream; call what it gives back when the stream is over. */
  open(session: Session, attachment: Attachment): () => void {
    return this.#of(session).open(attachment);
  }

  /** Ends the stream that the session has, if any. */
  closeStream({ grantId, key }: Session): void {
    this.#feeds.get(grantId, key)?.closeStream();
  }

  /** Lends the stream of an answer to a session that has none of its own. */
  borrow(session: Session, attachment: Attachment): () => void {
    return this.#of(session).borrow(attachment);
  }

  follow({ grantId, key }: Session, opened: Opened): void {
    this.#feeds.get(grantId, key)?.follow(opened);
  }

  /** Its lists show more than they did. */
  outdated({ grantId, key }: Session): void {
    this.#feeds.get(grantId, key)?.outdated();
  }

  /** Keeps a subscription if the server takes it and there is room. */
  async subscribe(session: Session, { asking, server, uri }: Wanted): Promise<SubscribeResult> {
    const feed = this.#of(session);
    const key = keyOf(server, uri);
    if (feed.resources.has(key)) return 'taken';
    if (!this.#hasRoom(feed, uri)) return 'too_many';
    const resource = { serverId: server.id, uri };
    this.#count(feed.grantId, uri.length);
    feed.subscribe(key, resource);
    const upstream = this.#upstreams.for(server, session.grantId, asking);
    const watch = new ServerWatch(upstream, { lists: [], resources: [uri] }, () => undefined);
    const { resources } = await watch.honoured;
    const isTaken = resources.includes(uri);
    // The agent may have unsubscribed meanwhile.
    if (feed.resources.get(key) === resource) {
      if (isTaken) feed.watch(resource);
      else this.#drop(feed, key);
    }
    watch.close();
    if (isTaken) return 'taken';
    return watch.isCrowded ? 'too_many' : 'refused';
  }

  /** False when the session had not subscribed to it. */
  unsubscribe({ grantId, key }: Session, { server, uri }: Pick<Wanted, 'server' | 'uri'>): boolean {
    const feed = this.#feeds.get(grantId, key);
    return feed !== undefined && this.#drop(feed, keyOf(server, uri));
  }

  /** The session is over: its stream ends, and nothing of it is kept. */
  forget({ grantId, key }: Named): void {
    const feed = this.#feeds.get(grantId, key);
    if (feed === undefined) return;
    this.#feeds.delete(grantId, key);
    this.#end(feed);
  }

  #end(feed: SessionFeed): void {
    for (const resource of [...feed.resources.keys()]) this.#drop(feed, resource);
    feed.end();
  }

  /** Of sessions that ended in another process nothing is kept here either. */
  forgetEnded(isEnded: (key: string) => boolean): void {
    for (const named of [...this.#feeds]) if (isEnded(named.key)) this.forget(named);
  }

  #of(session: Session): SessionFeed {
    const { grantId, key } = session;
    const known = this.#feeds.get(grantId, key);
    const feed = known ?? new SessionFeed(session, this.#upstreams, this.#revisionOf);
    const gone = this.#feeds.put(grantId, key, feed);
    if (gone !== undefined) this.#end(gone.value);
    return feed;
  }

  #hasRoom(feed: SessionFeed, uri: string): boolean {
    let characters = uri.length;
    for (const resource of feed.resources.values()) characters += resource.uri.length;
    const ofGrant = (this.#characters.get(feed.grantId) ?? 0) + uri.length;
    return (
      feed.resources.size < MAX_SUBSCRIPTIONS &&
      characters <= MAX_SUBSCRIBED_CHARACTERS &&
      ofGrant <= SUBSCRIBED_CHARACTERS_OF_GRANT
    );
  }

  #drop(feed: SessionFeed, key: string): boolean {
    const resource = feed.resources.get(key);
    if (resource === undefined) return false;
    this.#count(feed.grantId, -resource.uri.length);
    feed.unsubscribe(key);
    return true;
  }

  #count(grantId: string, by: number): void {
    const characters = (this.#characters.get(grantId) ?? 0) + by;
    if (characters > 0) this.#characters.set(grantId, characters);
    else this.#characters.delete(grantId);
  }
}

function keyOf({ id }: ServerSettings, uri: string): string {
  return `${id} ${uri}`;
}
