import { rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Log, Registry } from '../proxy/index.ts';
import type { Snapshots } from '../snapshots/index.ts';
import { type EndedSession, type GrantNews, type MayDecide, type Store, serveStore } from '../store/index.ts';
import type { Counts } from '../telemetry/index.ts';
import type { Tokens, UpstreamState } from '../upstreams/index.ts';
import type { Beginning } from './asks.ts';
import {
  LASTED_MS,
  NEWS_MS,
  REPLACE_MS,
  REPLACE_MS_MAX,
  STANDSTILL_LOOK_MS,
  STOP_MS,
  WORKERS_START_MS,
} from './bounds.ts';
import { Door } from './door.ts';
import { leaveClosing } from './hand-on.ts';
import { serveInspector } from './inspector.ts';
import { inLots } from './lots.ts';
import { Member } from './member.ts';
import { RegistryTeller } from './registry-news.ts';
import { MAIN_SOCKET, newSocketFolder } from './socket-folder.ts';
import { count } from './told-counts.ts';

export type CrewOptions = {
  readonly count: number;
  readonly store: Store;
  readonly mayDecide: MayDecide;
  readonly snapshots: Snapshots;
  readonly tokens: Tokens;
  readonly counts: Counts;
  readonly registries: () => ReadonlyMap<string, Registry>;
  /** For how long what is told may have been so; what others changed is looked at anew where this process stood still. */
  readonly ageMs: () => number;
  readonly catchUp: () => Promise<void> | undefined;
  readonly log: Log;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that requests under way get when they stop. */
  readonly graceMs: number;
  /** Answers what is handed on to this process. */
  readonly main: Server;
  /** Listens with the server that it is given, or says why that is not possible. */
  readonly listen: (server: Server) => Promise<{ readonly port: number } | { readonly problem: string }>;
  readonly beginning: (port: number) => Omit<Beginning, 'slot' | 'sockets' | 'main' | 'keys'>;
};

type Seat = { member: Member; states: readonly UpstreamState[]; replacedMs: number };

/** The processes that answer agents. */
export type Crew = {
  readonly port: number;
  /** What is in force may have changed. */
  readonly changed: () => void;
  readonly revised: (serverId: string, revision: number) => void;
  /** A session ended, here or in one of them. Resolves like `heard`. */
  readonly ended: (session: EndedSession) => Promise<void>;
  /** Resolves when all of them go by what was told, or the time is over in which they have to: who does not then lets nothing through. */
  readonly heard: () => Promise<void>;
  /** Tells of approvals that may have changed. */
  readonly look: () => void;
  readonly states: () => readonly UpstreamState[];
  /** Accepts nothing more, and resolves when everything is answered and all of them are gone. */
  readonly stop: () => Promise<void>;
  readonly pids: () => readonly number[];
};

/** Listens, and starts the processes; resolves when all of them answer. */
export async function openCrew(options: CrewOptions): Promise<Crew | { readonly problem: string }> {
  const crew = new RunningCrew(options, await newSocketFolder(tmpdir()));
  const listening = await crew.begin();
  if ('problem' in listening) {
    options.main.close();
    await crew.stop();
    return listening;
  }
  return {
    port: listening.port,
    changed: () => crew.changed(),
    revised: (server, revision) =>
      void crew.tellAll((member) => member.tell('revision', { server, revision })),
    ended: (session) => crew.ended(session),
    heard: () => crew.heard(),
    look: () => crew.look(),
    states: () => crew.states(),
    stop: () => crew.stop(),
    pids: () => crew.members().flatMap(({ pid }) => pid ?? []),
  };
}

class RunningCrew {
  readonly #options: CrewOptions;
  readonly #folder: string;
  readonly #door = new Door(() => this.#takers());
  readonly #seats: Seat[] = [];
  readonly #tellers = new WeakMap<Member, RegistryTeller>();
  readonly #telling = new Set<Promise<unknown>>();
  readonly #hasApprovalNews: () => boolean;
  readonly #looking = setInterval(() => {
    for (const member of this.members()) member.look();
  }, STANDSTILL_LOOK_MS).unref();
  #unfollow: () => void = () => undefined;
  #told: ReadonlyMap<string, Registry> | undefined;
  #modern: readonly string[] = [];
  #port = 0;
  #isStopping = false;

  constructor(options: CrewOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
    this.#hasApprovalNews = options.store.approvals.watch();
  }

  async begin(): Promise<{ readonly port: number } | { readonly problem: string }> {
    const { count, listen, main, store } = this.#options;
    const listening = await listen(this.#door.server);
    if ('problem' in listening) return listening;
    this.#port = listening.port;
    leaveClosing(main, () => false);
    await new Promise<void>((resolve) => main.listen(join(this.#folder, MAIN_SOCKET), resolve));
    this.#told = this.#options.registries();
    this.#unfollow = store.grants.follow((news) => this.#grants(news));
    const starting = Array.from({ length: count }, (_, slot) => this.#start(slot));
    const late = pause(WORKERS_START_MS, 'late' as const, { ref: false });
    const started = await Promise.race([Promise.all(starting).then((all) => all.every(Boolean)), late]);
    if (started !== true)
      return { problem: 'the processes that answer agents did not start; see what they said' };
    return listening;
  }

  members(): readonly Member[] {
    return this.#seats.map(({ member }) => member).filter(({ isReady }) => isReady);
  }

  /** Those that answer now; where none does, all of them, as one may in a moment. */
  #takers(): readonly Member[] {
    const ready = this.members();
    const answering = ready.filter(({ isAnswering }) => isAnswering);
    return answering.length === 0 ? ready : answering;
  }

  changed(): void {
    const registries = this.#options.registries();
    if (registries === this.#told) return;
    this.#told = registries;
    this.tellAll((member) => member.tell('registries', this.#tellers.get(member)?.newsOf(registries) ?? []));
  }

  /** Those that are starting as well: what they were told first may be old by now. */
  tellAll(tell: (member: Member) => Promise<void>): void {
    for (const { member } of this.#seats) {
      const told = tell(member).finally(() => this.#telling.delete(told));
      this.#telling.add(told);
    }
  }

  async ended(session: EndedSession): Promise<void> {
    this.tellAll((member) => member.tell('endedSessions', [session]));
    await this.heard();
  }

  async heard(): Promise<void> {
    if (this.#telling.size === 0) return;
    await Promise.race([Promise.all(this.#telling), pause(NEWS_MS, undefined, { ref: false })]);
  }

  look(): void {
    if (this.#hasApprovalNews()) this.tellAll((member) => member.inform('approvals', null));
  }

  states(): readonly UpstreamState[] {
    return this.#seats.flatMap(({ states }) => states);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#door.close();
    clearInterval(this.#looking);
    this.#unfollow();
    const { graceMs } = this.#options;
    await Promise.all(
      this.#seats.map(async ({ member }) => {
        const late = setTimeout(() => member.end(), graceMs + STOP_MS);
        await member.ask('stop', null).catch(() => undefined);
        member.release();
        await member.gone;
        clearTimeout(late);
      }),
    );
    await rm(this.#folder, { recursive: true, force: true });
  }

  #socket(slot: number): string {
    return join(this.#folder, `${slot}.sock`);
  }

  /** True when it answers. */
  async #start(slot: number): Promise<boolean> {
    const { environment, log } = this.#options;
    const seat: Seat = this.#seats[slot] ?? {
      states: [],
      replacedMs: 0,
      member: this.#member(slot, environment),
    };
    if (this.#seats[slot] === undefined) this.#seats[slot] = seat;
    else seat.member = this.#member(slot, environment);
    const { member } = seat;
    try {
      await this.#brief(member);
      member.ready();
      this.#door.look();
      return true;
    } catch (error) {
      log.error({ worker: slot, error: String(error) }, 'a process that answers agents did not start');
      member.end();
      return false;
    }
  }

  /** Everything that it has to know before it answers anybody. */
  async #brief(member: Member): Promise<void> {
    const { beginning, count, registries, store } = this.#options;
    const keyOf = (purpose: 'session-seal' | 'argument-hash'): string =>
      store.secrets.key(purpose).toString('base64');
    const teller = new RegistryTeller();
    this.#tellers.set(member, teller);
    const begun = member.ask('begin', {
      ...beginning(this.#port),
      slot: member.slot,
      main: join(this.#folder, MAIN_SOCKET),
      sockets: Array.from({ length: count }, (_, slot) => this.#socket(slot)),
      keys: { sessionSeal: keyOf('session-seal'), argumentHash: keyOf('argument-hash') },
    });
    const unfollow = store.grants.follow((news) => void inLots(news, (lot) => member.tell('grants', lot)));
    unfollow();
    void member.tell('endedSessions', store.sessions.all());
    void member.inform('modern', this.#modern);
    await Promise.all([begun, member.ask('registries', teller.newsOf(registries()))]);
  }

  #grants(news: GrantNews): void {
    this.tellAll((member) => inLots(news, (lot) => member.tell('grants', lot)));
  }

  #member(slot: number, environment: CrewOptions['environment']): Member {
    const { ageMs, catchUp, counts, log, mayDecide, registries, snapshots, store, tokens } = this.#options;
    const served = serveStore({
      store,
      mayDecide,
      isCurrent: () => member.isCurrent,
      catchUp,
      onEndedSession: (id, forgetAtMs) => this.ended({ id, forgetAtMs }),
    });
    const member: Member = new Member({
      slot,
      environment,
      ageMs,
      answers: {
        ...served.answers,
        ...serveInspector({ snapshots, registries }),
        token: ({ place, refused }) => tokens.of(place, refused ?? undefined),
        lacks: ({ place, scopes }) => tokens.lacks(place, scopes),
        states: (states) => {
          const seat = this.#seats[slot];
          if (seat !== undefined) seat.states = states;
          this.#learn();
          return null;
        },
        counted: (counted) => {
          count(counts, counted);
          return null;
        },
        log: ({ fields, level, message }) => {
          log[level]({ worker: slot, ...fields }, message);
          return null;
        },
      },
      onFault: (error) =>
        log.error({ worker: slot, error: String(error) }, 'a process said what cannot be done'),
      onGone: (how) => {
        served.lost();
        if (!this.#isStopping) void this.#replace(slot, how);
      },
    });
    return member;
  }

  /** What a worker has found out of a server all of them go by. */
  #learn(): void {
    const modern = modernIn(this.states());
    if (isDeepStrictEqual(modern, this.#modern)) return;
    this.#modern = modern;
    this.tellAll((member) => member.inform('modern', modern));
  }

  async #replace(slot: number, how: string): Promise<void> {
    const seat = this.#seats[slot];
    if (seat === undefined) return;
    const lasted = performance.now() - seat.member.startedMs >= LASTED_MS;
    seat.states = [];
    seat.replacedMs = lasted ? 0 : Math.min(REPLACE_MS_MAX, Math.max(REPLACE_MS, seat.replacedMs * 2));
    this.#options.log.error(
      { worker: slot, how },
      'a process that answers agents is gone and is replaced; what became of its calls is not known',
    );
    await pause(seat.replacedMs, undefined, { ref: false });
    if (!this.#isStopping) await this.#start(slot);
  }
}

/** The servers of which nobody says that they have sessions, and somebody that they have none. */
function modernIn(states: readonly UpstreamState[]): readonly string[] {
  const legacy = new Set(states.filter(({ era }) => era === 'legacy').map(({ id }) => id));
  const modern = states.filter(({ era, id }) => era === 'modern' && !legacy.has(id)).map(({ id }) => id);
  return [...new Set(modern)].sort();
}
