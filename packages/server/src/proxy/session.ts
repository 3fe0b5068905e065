import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SESSION_LIFETIME_MS } from '../limits/index.ts';

/** What an agent says of itself, cut to the bound. */
export type ClientText = { readonly name?: string; readonly version?: string };

/** A legacy session. Its id is the whole state, sealed, so that a restart or another replica serves it (P §3.5). */
export type Session = {
  /** The sealed form: what travels in `Mcp-Session-Id`. */
  readonly id: string;
  /** Names the session in counters and in the log without giving away the id. */
  readonly key: string;
  readonly grantId: string;
  readonly protocol: string;
  readonly client: ClientText;
  readonly issuedAtMs: number;
};

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Purpose and format of the sealed text, so that nothing else sealed with the key passes for a session. */
const ASSOCIATED = Buffer.from('boomgate session 1');
const SHAPE = /^[A-Za-z0-9_-]{40,2048}$/;

export class SessionSeal {
  readonly #key: Buffer;
  /** Opened ids by text: the same few sessions come with every call. */
  readonly #opened = new Map<string, Session>();

  constructor(key: Buffer) {
    this.#key = key;
  }

  seal(session: Omit<Session, 'id' | 'key'>): Session {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(ASSOCIATED);
    const { grantId, protocol, client, issuedAtMs } = session;
    const text = JSON.stringify([grantId, protocol, client.name ?? null, client.version ?? null, issuedAtMs]);
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    const id = sealed.toString('base64url');
    return { ...session, id, key: keyOf(id) };
  }

  /** The session behind an id, if this grant opened it and its time is not over; otherwise undefined, for whatever reason. */
  open(id: string, grantId: string, nowMs: number): Session | undefined {
    const session = this.#opened.get(id) ?? this.#unseal(id);
    if (session === undefined || session.grantId !== grantId) return undefined;
    return nowMs - session.issuedAtMs < SESSION_LIFETIME_MS ? session : undefined;
  }

  #unseal(id: string): Session | undefined {
    if (!SHAPE.test(id)) return undefined;
    const bytes = Buffer.from(id, 'base64url');
    // Only the one spelling of the bytes counts, or an ended session would live on under another.
    if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== id) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(ASSOCIATED).setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = Buffer.concat([
        decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)),
        decipher.final(),
      ]).toString('utf8');
      const session = { id, key: keyOf(id), ...readSealed(text) };
      if (this.#opened.size >= MAX_OPENED) this.#opened.clear();
      this.#opened.set(id, session);
      return session;
    } catch {
      // A foreign, forged or mutilated id is an unknown session and nothing more.
      return undefined;
    }
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
  const [grantId, protocol, name, version, issuedAtMs] = JSON.parse(text) as [
    string,
    string,
    string | null,
    string | null,
    number,
  ];
  const client = { ...(name === null ? {} : { name }), ...(version === null ? {} : { version }) };
  return { grantId, protocol, client, issuedAtMs };
}
