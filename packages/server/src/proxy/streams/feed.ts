import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '@boomgate/engine';
import type {
  Asking,
  ChangingList,
  ServerSettings,
  UpstreamEvent,
  Upstreams,
  Watched,
} from '../../upstreams/index.ts';
import { isSameOpened, mayRead, type Opened, type RevisionOf, viewOf } from '../opened.ts';
import { stackUri } from '../stack/names.ts';
import { Pace, type PaceOptions } from './pace.ts';
import { ServerWatch } from './server-watch.ts';

/** A resource by its server's id and its URI there. */
export type Resource = { readonly serverId: string; readonly uri: string };

type FeedOptions = PaceOptions & {
  readonly upstreams: Upstreams;
  readonly revisionOf: RevisionOf;
  readonly asking: Asking;
  readonly opened: Opened;
  readonly lists: readonly ChangingList[];
};

type Watching = { readonly server: ServerSettings; readonly wanted: Watched; readonly watch: ServerWatch };

/**
 * What one agent hears of its servers: their announcements, and that the grant sees something else than before. Each
 * message passes the policy that is in force when it leaves.
 */
export class Feed {
  readonly #options: FeedOptions;
  readonly #pace: Pace;
  readonly #watching = new Map<string, Watching>();
  #opened: Opened;
  #view: string;
  #revision: number;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#opened = options.opened;
    this.#view = viewOf(options.opened, options.revisionOf);
    this.#revision = this.#revisionOf(options.opened);
    this.#pace = new Pace(options);
    this.#watchLists();
  }

  /** What the agent's lists show now. */
  get view(): string {
    return this.#view;
  }

  /** Announcements leave from now on. */
  begin(): void {
    this.#pace.begin();
  }

  /** Watches a server's resources as one; gives those that the server announces. */
  async watchResources(serverId: string, uris: readonly string[]): Promise<readonly string[]> {
    const server = this.#opened.members.find((member) => member.server.id === serverId)?.server;
    if (server === undefined || uris.length === 0) return [];
    const watching = this.#watch(`${serverId} ${uris[0]}`, server, { lists: [], resources: uris });
    return (await watching.watch.honoured).resources;
  }

  /** Ends what `watchResources` began for this one resource. */
  unwatchResource({ serverId, uri }: Resource): void {
    this.#close(`${serverId} ${uri}`);
  }

  /** Resolves when everything is watched as far as the servers let it be. */
  async watched(): Promise<void> {
    await Promise.all([...this.#watching.values()].map(({ watch }) => watch.honoured));
  }

  /** Everything that the agent knows of lists, and of these resources, may be outdated. */
  everythingChanged(resources: Iterable<Resource> = []): void {
    for (const list of this.#options.lists) this.#listChanged(list);
    for (const { serverId, uri } of resources) this.#updated(serverId, { uri });
  }

  /** The grant opens this now, by the policies that are in force now. */
  follow(opened: Opened): void {
    const revision = this.#revisionOf(opened);
    const isSame = revision === this.#revision && isSameOpened(this.#opened, opened);
    this.#opened = opened;
    this.#revision = revision;
    if (isSame) return;
    const servers = new Map(opened.members.map(({ server }) => [server.id, server]));
    for (const [key, { server, wanted }] of [...this.#watching]) {
      const now = servers.get(server.id);
      if (now === undefined) this.#close(key);
      else if (!isDeepStrictEqual(now, server)) void this.#watchAnew(key, now, wanted);
    }
    this.#watchLists();
    const view = viewOf(opened, this.#options.revisionOf);
    if (view === this.#view) return;
    this.#view = view;
    this.everythingChanged();
  }

  end(): void {
    this.#pace.end();
    for (const key of [...this.#watching.keys()]) this.#close(key);
  }

  /** Of all its servers together; it only grows. */
  #revisionOf({ members }: Opened): number {
    return members.reduce((sum, { server }) => sum + this.#options.revisionOf(server.id), 0);
  }

  #watchLists(): void {
    const { lists } = this.#options;
    if (lists.length === 0) return;
    for (const { server } of this.#opened.members)
      if (!this.#watching.has(server.id)) this.#watch(server.id, server, { lists, resources: [] });
  }

  #watch(key: string, server: ServerSettings, wanted: Watched): Watching {
    this.#close(key);
    const { asking, upstreams } = this.#options;
    const upstream = upstreams.for(server, this.#opened.grant.id, asking);
    const watch = new ServerWatch(upstream, wanted, (event) => this.#take(server.id, event));
    const watching = { server, wanted, watch };
    this.#watching.set(key, watching);
    return watching;
  }

  /**
   * The server has other settings, so it may be another one: nothing that the agent knows of it counts. It is told when
   * the server is watched, so that nothing can change unseen after it has looked.
   */
  async #watchAnew(key: string, server: ServerSettings, wanted: Watched): Promise<void> {
    const watching = this.#watch(key, server, wanted);
    await watching.watch.honoured;
    if (this.#watching.get(key) !== watching) return;
    for (const list of wanted.lists) this.#listChanged(list);
    for (const uri of wanted.resources) this.#updated(server.id, { uri });
  }

  #close(key: string): void {
    this.#watching.get(key)?.watch.close();
    this.#watching.delete(key);
  }

  #take(serverId: string, event: UpstreamEvent): void {
    if (event.kind === 'list_changed') this.#listChanged(event.list);
    else this.#updated(serverId, { ...event.params, uri: event.uri });
  }

  #listChanged(list: ChangingList): void {
    if (!this.#options.lists.includes(list)) return;
    this.#pace.put(list, () => ({ jsonrpc: '2.0', method: `notifications/${list}/list_changed` }));
  }

  #updated(serverId: string, params: JsonObject & { readonly uri: string }): void {
    this.#pace.put(`${serverId} ${params.uri}`, () => {
      if (!mayRead(this.#opened, serverId, params.uri)) return undefined;
      const uri = this.#uriOf(serverId, params.uri);
      return { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { ...params, uri } };
    });
  }

  /** As the agent knows it. */
  #uriOf(serverId: string, uri: string): string {
    if (!this.#opened.isStack) return uri;
    const slug = this.#opened.members.find(({ server }) => server.id === serverId)?.server.slug;
    return slug === undefined ? uri : stackUri(slug, uri);
  }
}
