import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { LogEntry } from '../../../src/index.ts';
import { keyedHash } from '../../../src/store/index.ts';
import { type Database, openDatabase } from '../../../src/store/sqlite/driver.ts';
import type { TestGateway } from '../../support/gateway.ts';
import type { Answer, Seen } from './agent.ts';
import { parseExactly } from './exact.ts';
import { behindStack, keyOfRequest, keyOfRow, longTexts, surplus, tally } from './forwarded.ts';
import type { Received } from './stub.ts';

const PAGE = 10_000;
/** What a forwarded row may say became of a request that no server saw. */
const NEVER_ARRIVED = new Set(['unreachable', 'cancelled', 'unknown']);

/**
 * What the agents saw, what the servers received, what the log says. The log is read while a request arrives too,
 * on a connection of its own, which sees only what is committed: so an intent must be there before its request is.
 */
export class Ledgers {
  readonly seen: Seen[] = [];
  readonly received: { readonly server: string; readonly received: Received }[] = [];
  /** Requests that arrived before their intent was durable. */
  readonly premature: string[] = [];
  readonly #gateway: TestGateway;
  readonly #tokens: readonly string[];
  readonly #digest: (canonical: string) => string;
  readonly #database: Database;
  readonly #committed = new Map<string, number>();
  readonly #arrived = new Map<string, number>();
  #cursor = 0;

  constructor(gateway: TestGateway, tokens: readonly string[]) {
    this.#gateway = gateway;
    this.#tokens = tokens;
    this.#digest = keyedHash(gateway.gateway.store.secrets.key('argument-hash'));
    const file = join(gateway.data, 'data', 'boomgate.db');
    this.#database = openDatabase(file, { readOnly: true, busyTimeoutMs: 5_000 });
  }

  close(): void {
    this.#database.close();
  }

  /** A message reached a server. */
  arrived(server: string, received: Received): void {
    this.received.push({ server, received });
    const key = keyOfRequest(server, received.message, this.#digest);
    if (key === undefined) return;
    this.#readCommitted();
    const count = (this.#arrived.get(key) ?? 0) + 1;
    this.#arrived.set(key, count);
    if (count > (this.#committed.get(key) ?? 0)) this.premature.push(key);
  }

  /** All rows behind a cursor, oldest first, once everything queued is durable. */
  async rows(start = 0): Promise<readonly LogEntry[]> {
    const { journal, decisions } = this.#gateway.gateway.store;
    await journal.flush();
    const all: LogEntry[] = [];
    for (let after = start; ; after = all.at(-1)?.cursor ?? after) {
      const page = await decisions.query({ after, limit: PAGE });
      all.push(...page);
      if (page.length < PAGE) return all;
    }
  }

  /** The row that was written last. */
  async newest(): Promise<LogEntry | undefined> {
    const { journal, decisions } = this.#gateway.gateway.store;
    await journal.flush();
    return (await decisions.query({ limit: 1 }))[0];
  }

  /** Everything that window counters hold now. */
  async counted(): Promise<number> {
    await this.#gateway.gateway.store.journal.flush();
    const row = this.#database.prepare<{ sum: number | null }>('select sum(amount) as sum from usage').get();
    return row?.sum ?? 0;
  }

  /** Requests passed on to any server so far. */
  forwardedCount(): number {
    return [...this.#arrived.values()].reduce((sum, count) => sum + count, 0);
  }

  async expectToAgree(): Promise<void> {
    const entries = await this.rows();
    expect(this.premature, 'requests that arrived before their intent was durable').toEqual([]);
    this.#expectServersToAgree(entries);
    this.#expectAgentsToAgree(entries);
    await this.#expectNoSecrets(entries);
  }

  /** Each request that arrived has its own forwarded row; each forwarded row arrived, or says why not. */
  #expectServersToAgree(entries: readonly LogEntry[]): void {
    const forwarded = entries.filter(({ row }) => row.forwarded);
    const arrivable = tally(forwarded.map(({ row }) => keyOfRow(row)));
    const certain = forwarded.filter(({ outcomeRow }) => !NEVER_ARRIVED.has(outcomeRow?.status ?? 'unknown'));
    expect(surplus(this.#arrived, arrivable), 'requests at a server without a forwarded row').toEqual([]);
    expect(
      surplus(tally(certain.map(({ row }) => keyOfRow(row))), this.#arrived),
      'rows that say forwarded of what no server received',
    ).toEqual([]);
  }

  /** What looks allowed was forwarded; what was refused by name of its row has it; no answer lacks a row. */
  #expectAgentsToAgree(entries: readonly LogEntry[]): void {
    const rows = new Map(entries.map(({ row }) => [row.id, row]));
    const own = (grant: string, key: string): string => `${grant} ${key}`;
    const forwarded = entries.filter(({ row }) => row.forwarded);
    const allowed = this.seen
      .filter(({ answer }) => looksAllowed(answer))
      .flatMap((one) => this.#keysOf(one));
    expect(
      surplus(tally(allowed), tally(forwarded.map(({ row }) => own(row.grantName, keyOfRow(row))))),
      'answers that look allowed without a forwarded row',
    ).toEqual([]);

    const refused = this.seen.flatMap(({ answer }) => decisionOf(answer) ?? []);
    const unlike = refused.filter(({ id, outcome }) => {
      const row = rows.get(id);
      return row === undefined || row.forwarded || row.outcome !== outcome;
    });
    expect(unlike, 'refusals whose row is missing or says otherwise').toEqual([]);

    const answered = this.seen.filter(({ answer }) => needsRow(answer)).map(({ grant }) => grant);
    expect(
      surplus(tally(answered), tally(entries.map(({ row }) => row.grantName))),
      'answers without a row',
    ).toEqual([]);
  }

  /** No value of an argument in any row, and no token in any row or file. */
  async #expectNoSecrets(entries: readonly LogEntry[]): Promise<void> {
    const log = JSON.stringify(entries);
    const values = this.received.flatMap(({ received }) => longTexts(received.message.params?.['arguments']));
    const sent = this.seen.flatMap((one) =>
      messagesOf(one).flatMap(({ params }) => longTexts(params?.arguments)),
    );
    const quoted = (text: string): string => JSON.stringify(text).slice(1, -1);
    const leaked = [...new Set([...values, ...sent])].filter((value) => log.includes(quoted(value)));
    expect(
      leaked.map((value) => value.slice(0, 100)),
      'values of arguments in the log',
    ).toEqual([]);
    const folder = join(this.#gateway.data, 'data');
    for (const file of await readdir(folder)) {
      const bytes = await readFile(join(folder, file), 'latin1');
      expect(
        this.#tokens.filter((token) => bytes.includes(token)),
        `tokens in ${file}`,
      ).toEqual([]);
    }
    const passedOn = JSON.stringify(this.received);
    expect(
      this.#tokens.filter((token) => passedOn.includes(token)),
      'tokens that a server received',
    ).toEqual([]);
    const lines = JSON.stringify(this.#gateway.lines);
    expect(
      this.#tokens.filter((token) => lines.includes(token)),
      'tokens in the operator log',
    ).toEqual([]);
  }

  #keysOf(one: Seen): string[] {
    return messagesOf(one).flatMap((message) => {
      const { request, server } =
        one.server === '' ? behindStack(message) : { request: message, server: one.server };
      const key = keyOfRequest(server, request, this.#digest);
      return key === undefined ? [] : [`${one.grant} ${key}`];
    });
  }

  #readCommitted(): void {
    const found = this.#database
      .prepare<{ cursor: number; key: string }>(
        `select cursor, concat_ws(' ', server, entry ->> 'method', entry ->> 'target', entry ->> 'argsHash') as key
         from decisions join callers on callers.id = decisions.caller
         where cursor > ? and entry ->> 'forwarded' = 1`,
      )
      .all(this.#cursor);
    for (const { cursor, key } of found) {
      this.#cursor = cursor;
      this.#committed.set(key, (this.#committed.get(key) ?? 0) + 1);
    }
  }
}

type SentMessage = { readonly method?: unknown; readonly params?: { readonly arguments?: unknown } };

function messagesOf({ sent }: Seen): readonly SentMessage[] {
  try {
    // Whatever this is, its members are looked at with care.
    const tree = parseExactly(String(sent)) as SentMessage | readonly SentMessage[] | null;
    return Array.isArray(tree)
      ? tree
      : tree === null || typeof tree !== 'object'
        ? []
        : [tree as SentMessage];
  } catch {
    return [];
  }
}

/** A question of the gateway's own, which sends a person to a page, is no answer of a server. */
function looksAllowed({ body }: Answer): boolean {
  const { inputRequests } = body.result ?? {};
  const asksItself = typeof inputRequests === 'object' && Object.hasOwn(inputRequests ?? {}, 'approval');
  return body.result !== undefined && body.result.isError !== true && !asksItself;
}

type Refused = { readonly id: string; readonly outcome: string };

function decisionOf({ body }: Answer): Refused | undefined {
  // The gateway writes this member; a server that imitates it is found as a refusal without a row.
  const meta = body.result?.['_meta'] as { readonly 'boomgate/decision'?: Refused } | undefined;
  return meta?.['boomgate/decision'];
}

/** Bodies that hold a result or a JSON-RPC error; a ping takes no part, nor does who was not identified. */
function needsRow({ body, status }: Answer): boolean {
  const isPing = body.result !== undefined && Object.keys(body.result).length === 0;
  return status !== 401 && !isPing && (body.result !== undefined || typeof body.error === 'object');
}
