import type { JsonObject } from '@boomgate/engine';
import { SESSION_LIFETIME_MS } from '../limits/index.ts';
import { Seal } from '../store/index.ts';
import type { Asking } from '../upstreams/index.ts';
import { type IsOwn, ownText } from './own-text.ts';

/** What an agent says of itself, cut to the bound. */
export type ClientText = { readonly name?: string; readonly version?: string };

/** The same as one text, for the log and for approvers. */
export function clientLine({ name, version }: ClientText): string {
  return [name, version].filter(Boolean).join(' ');
}

/** A legacy session. Its id is the whole state, sealed, so that a restart or another replica serves it (P §3.5). */
export type Session = {
  /** The sealed form: what travels in `Mcp-Session-Id`. */
  readonly id: string;
  /** Names the session in counters and in the log without giving away the id. */
  readonly key: string;
  readonly grantId: string;
  readonly protocol: string;
  readonly client: ClientText;
  /** As `agentCapabilities` gives them. */
  readonly capabilities: JsonObject;
  readonly issuedAtMs: number;
};

/** Agents of the revisions with sessions are asked while a request or a stream of theirs is open. */
export function askingWhileOpen({ capabilities }: Pick<Session, 'capabilities'>): Asking {
  return { capabilities, by: 'open' };
}

const SHAPE = /^[A-Za-z0-9_-]{40,4096}$/;

export class SessionSeal {
  readonly #seal: Seal;
  readonly #isOwn: IsOwn;
  /** Opened ids by text: the same few sessions come with every call. */
  readonly #opened = new Map<string, Session>();

  constructor(key: Buffer, isOwn: IsOwn = () => true) {
    this.#seal = new Seal(key, 'boomgate session 2');
    this.#isOwn = isOwn;
  }

  seal(session: Omit<Session, 'id' | 'key'>): Session {
    const { capabilities, client, grantId, issuedAtMs, protocol } = session;
    const { name = null, version = null } = client;
    const text = JSON.stringify([grantId, protocol, name, version, issuedAtMs, capabilities]);
    const id = ownText(this.#isOwn, () => this.#seal.close(text));
    return { ...session, id, key: keyOf(id) };
  }

  /** The session behind an id, if this grant opened it and its time is not over; otherwise undefined, for whatever reason. */
  open(id: string, grantId: string, nowMs: number): Session | undefined {
    const session = this.#opened.get(id) ?? this.#unseal(id);
    if (session === undefined || session.grantId !== grantId) return undefined;
    return nowMs - session.issuedAtMs < SESSION_LIFETIME_MS ? session : undefined;
  }

  #unseal(id: string): Session | undefined {
    const text = SHAPE.test(id) ? this.#seal.open(id) : undefined;
    if (text === undefined) return undefined;
    const session = { id, key: keyOf(id), ...readSealed(text) };
    if (this.#opened.size >= MAX_OPENED) this.#opened.clear();
    this.#opened.set(id, session);
    return session;
  }
}

/** Sessions kept opened; beyond it the cache starts anew. */
const MAX_OPENED = 10_000;

/** The nonce, which is as unique as the session. */
function keyOf(id: string): string {
  return id.slice(0, 16);
}

function readSealed(text: string): Omit<Session, 'id' | 'key'> {
  // Only `seal` writes what authenticates, so the shape is known.
  const [grantId, protocol, name, version, issuedAtMs, capabilities] = JSON.parse(text) as [
    string,
    string,
    string | null,
    string | null,
    number,
    JsonObject,
  ];
  const client = { ...(name === null ? {} : { name }), ...(version === null ? {} : { version }) };
  return { grantId, protocol, client, capabilities, issuedAtMs };
}
