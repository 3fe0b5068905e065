import type { JsonObject } from '@boomgate/engine';
import type { ChangingList, Upstreams } from '../../upstreams/index.ts';
import type { Opened, RevisionOf } from '../opened.ts';
import { askingWhileOpen, type Session } from '../session.ts';
import { Feed, type Resource } from './feed.ts';

/** Something on which messages reach an agent. */
type Outlet = {
  /** False when the agent does not take it now. */
  readonly send: (message: JsonObject) => boolean;
  readonly end: () => void;
};

/** Who holds an outlet open, and what its grant opens. */
export type Attachment = { readonly outlet: Outlet; readonly opened: Opened };

/**
 * One legacy session, for as long as this process remembers it: what it subscribed to, and where it is told. Servers are
 * watched only while there is an outlet; what happened meanwhile is made good by saying that everything changed.
 */
export class SessionFeed {
  readonly #session: Session;
  readonly #upstreams: Upstreams;
  readonly #revisionOf: RevisionOf;
  readonly #resources = new Map<string, Resource>();
  readonly #answers = new Set<Outlet>();
  #lists: readonly ChangingList[] = ['tools', 'prompts', 'resources'];
  #stream: Outlet | undefined;
  #feed: Feed | undefined;
  /** What the session's lists show, as far as it was told; undefined when it may have missed something. */
  #told: string | undefined;

  constructor(session: Session, upstreams: Upstreams, revisionOf: RevisionOf) {
    this.#session = session;
    this.#upstreams = upstreams;
    this.#revisionOf = revisionOf;
  }

  get grantId(): string {
    return this.#session.grantId;
  }

  /** Whether anybody can be told now. */
  get isOpen(): boolean {
    return this.#stream !== undefined || this.#answers.size > 0;
  }

  get resources(): ReadonlyMap<string, Resource> {
    return this.#resources;
  }

  /** The handshake took place now: what is listed from here on shows this view, and these lists exist. */
  begin(view: string, lists: readonly ChangingList[]): void {
    this.#told = view;
    this.#lists = lists;
  }

  /** The session's own stream, in place of an earlier one. */
  open(attachment: Attachment): () => void {
    this.closeStream();
    const { outlet } = attachment;
    this.#stream = outlet;
    const feed = this.#feedFor(attachment);
    for (const { serverId, uri } of this.#resources.values()) void feed.watchResources(serverId, [uri]);
    if (this.#told !== feed.view) void this.#tellAll(feed);
    this.#told = feed.view;
    return () => {
      if (this.#stream === outlet) this.#lose();
    };
  }

  /** Ends the session's own stream, which a lost network may have left behind. */
  closeStream(): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    this.#lose();
    stream.end();
  }

  /** The stream of an answer, on which the session is told when it has none of its own (P §3.3). */
  borrow(attachment: Attachment): () => void {
    this.#answers.add(attachment.outlet);
    this.#feedFor(attachment);
    return () => {
      this.#answers.delete(attachment.outlet);
      this.#restIfClosed();
    };
  }

  follow(opened: Opened): void {
    this.#feed?.follow(opened);
  }

  outdated(): void {
    this.#feed?.everythingChanged();
  }

  /** Known from now on, and watched while the session has a stream. */
  subscribe(key: string, resource: Resource): void {
    this.#resources.set(key, resource);
  }

  watch({ serverId, uri }: Resource): void {
    if (this.#stream !== undefined) void this.#feed?.watchResources(serverId, [uri]);
  }

  unsubscribe(key: string): void {
    const resource = this.#resources.get(key);
    this.#resources.delete(key);
    if (resource !== undefined) this.#feed?.unwatchResource(resource);
  }

  end(): void {
    this.#answers.clear();
    this.closeStream();
    this.#restIfClosed();
  }

  /** Told when its servers are watched, so that nothing can change unseen after the agent has looked. */
  async #tellAll(feed: Feed): Promise<void> {
    await feed.watched();
    feed.everythingChanged(this.#resources.values());
  }

  #lose(): void {
    this.#stream = undefined;
    this.#told = undefined;
    for (const resource of this.#resources.values()) this.#feed?.unwatchResource(resource);
    this.#restIfClosed();
  }

  #feedFor({ opened }: Attachment): Feed {
    if (this.#feed !== undefined) {
      this.#feed.follow(opened);
      return this.#feed;
    }
    const feed = new Feed({
      upstreams: this.#upstreams,
      revisionOf: this.#revisionOf,
      asking: askingWhileOpen(this.#session),
      opened,
      lists: this.#lists,
      deliver: (message) => this.#deliver(message),
      onStalled: () => this.#stream?.end(),
    });
    this.#feed = feed;
    feed.begin();
    return feed;
  }

  #deliver(message: JsonObject): boolean {
    if (this.#stream !== undefined) return this.#stream.send(message);
    for (const answer of this.#answers) if (answer.send(message)) return true;
    return false;
  }

  #restIfClosed(): void {
    if (this.isOpen) return;
    this.#feed?.end();
    this.#feed = undefined;
  }
}
