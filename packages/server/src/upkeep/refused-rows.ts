import type { RefusedRequest } from '../control/index.ts';
import { addressKey } from '../identity/index.ts';
import { type Clock, REFUSED_CREDENTIALS, REFUSED_MS, REFUSED_ROWS } from '../limits/index.ts';
import type { Log } from '../proxy/index.ts';
import {
  type AuditAct,
  FIRST_ORGANIZATION,
  GATEWAY,
  type NewOutboxEvent,
  type Store,
} from '../store/index.ts';
import type { Counts, SecretsSeen, WhoTurnedAway } from '../telemetry/index.ts';
import { Misuse } from './misuse.ts';
import { SecretsTold } from './secrets-told.ts';

/** Rows since the first refusal of an organisation, until `REFUSED_MS` are over. */
type Span = {
  readonly sinceMs: number;
  /** Of which there is a row already. */
  readonly noted: Set<string>;
  /** Grants, keys and people with a row. */
  readonly known: Set<string>;
  /** By reason. */
  readonly leftOut: Map<string, number>;
};

type Options = { readonly store: Pick<Store, 'audit' | 'nowMs'>; readonly clock: Clock; readonly log: Log };

/**
 * Leaves rows of refused requests in the audit log (case M-07): the first of each kind and sender, up to a number, and at the end how many
 * were left out; and has others told of those that show that a token is in other hands, and of secrets that were seen. The first row of each grant, key or person has room of its own: a thief could else send enough as a stranger before. Nobody waits for a row, and one that cannot be written is told in the gateway's log.
 */
export class RefusedRows implements AsyncDisposable {
  readonly #options: Options;
  readonly #spans = new Map<string, Span>();
  readonly #misuse = new Misuse();
  readonly #secrets = new SecretsTold();
  readonly #writing = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: Options) {
    this.#options = options;
    this.#timer = setInterval(() => this.look(), REFUSED_MS / LOOKS).unref();
  }

  note(refused: RefusedRequest): void {
    const { actor, organization, reason, target } = refused;
    this.look();
    const span = this.#spanOf(organization);
    const key = JSON.stringify([reason, target.id, actor.id, addressKey(actor.address)]);
    if (span.noted.has(key) || !hasRoom(span, knownIn(refused))) {
      span.leftOut.set(reason, (span.leftOut.get(reason) ?? 0) + 1);
      return;
    }
    span.noted.add(key);
    const { clock, store } = this.#options;
    const told = this.#misuse.told(refused, { nowMs: clock.monotonicMs(), atMs: store.nowMs() });
    this.#write({ organization, actor, action: 'request.refused', target, after: { reason } }, told);
  }

  noteSecrets(seen: SecretsSeen): void {
    const { clock, store } = this.#options;
    const told = this.#secrets.told(seen, { nowMs: clock.monotonicMs(), atMs: store.nowMs() });
    if (told !== undefined) this.#write(told.act, told.event);
  }

  /** Ends what is over by now. */
  look(): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const [organization, { sinceMs }] of this.#spans)
      if (nowMs - sinceMs >= REFUSED_MS) this.#end(organization);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    for (const organization of this.#spans.keys()) this.#end(organization);
    await Promise.all(this.#writing);
  }

  #spanOf(organization: string): Span {
    const known = this.#spans.get(organization);
    if (known !== undefined) return known;
    const sinceMs = this.#options.clock.monotonicMs();
    const span: Span = { sinceMs, noted: new Set(), known: new Set(), leftOut: new Map() };
    this.#spans.set(organization, span);
    return span;
  }

  #end(organization: string): void {
    const leftOut = this.#spans.get(organization)?.leftOut ?? new Map();
    this.#spans.delete(organization);
    if (leftOut.size === 0) return;
    const target = { kind: 'gateway', id: 'gateway', name: 'gateway' };
    const after = { requests: Object.fromEntries(leftOut) };
    this.#write({ organization, actor: GATEWAY, action: 'request.left_out', target, after });
  }

  #write(act: AuditAct, told?: NewOutboxEvent): void {
    const { log, store } = this.#options;
    const written = store.audit
      .record(act, told)
      .catch((error: unknown) => log.warn({ error: String(error) }, 'what an agent did left no row'))
      .then(() => void this.#writing.delete(written));
    this.#writing.add(written);
  }
}

/** Takes room for one more row, where there is some. */
function hasRoom({ known, noted }: Span, who: string | undefined): boolean {
  const isFirst = who !== undefined && !known.has(who) && known.size < REFUSED_CREDENTIALS;
  if (isFirst) known.add(who);
  return isFirst || noted.size - known.size < REFUSED_ROWS;
}

/** The grant, key or person whose request it is; undefined for strangers. */
function knownIn({ actor, target }: RefusedRequest): string | undefined {
  if (target.kind === 'grant') return `grant ${target.id}`;
  return actor.kind === 'person' || actor.kind === 'api_key' ? `${actor.kind} ${actor.id}` : undefined;
}

/** Looks in the time of a span: none is told of much later than it ended. */
const LOOKS = 10;

/** Those who are turned away from the addresses of agents, and secrets that were seen, leave rows too; what else is counted passes through. */
export function countsWithRows(counts: Counts, rows: RefusedRows): Counts {
  return {
    decided: (row) => counts.decided(row),
    settled: (settled) => counts.settled(settled),
    worked: (ms, isForwarded) => counts.worked(ms, isForwarded),
    secretsSeen: (seen) => {
      counts.secretsSeen(seen);
      rows.noteSecrets(seen);
    },
    turnedAway: (reason, who) => {
      counts.turnedAway(reason, who);
      if (who !== undefined) rows.note(agentRefused(reason, who));
    },
  };
}

/** An agent that is not known belongs to nobody; who runs the gateway is in the first organisation. */
function agentRefused(reason: string, { address = '', grant }: WhoTurnedAway): RefusedRequest {
  const { id, name, organization } = grant ?? { id: 'mcp', name: 'mcp', organization: FIRST_ORGANIZATION };
  const target = { kind: grant === undefined ? 'endpoint' : 'grant', id, name };
  return { organization, actor: { ...GATEWAY, address }, target, reason };
}
