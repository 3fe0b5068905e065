import { SESSION_IDLE_MS, SESSION_MS } from '../../../limits/index.ts';
import type { Actor, IssuerLogout, PersonSession, PersonSessions, SessionProvider } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { findLink } from './external-identities.ts';
import { noteEverywhere } from './note-everywhere.ts';
import { decodePerson } from './records.ts';
import { spendOnce } from './spent.ts';
import type { PeopleTables } from './tables.ts';

const update = build.updateTable('person_sessions');
const remove = build.deleteFrom('person_sessions');

/** `nowMs` is the time of all replicas. */
export function openPersonSessions(executor: SqlExecutor, nowMs: () => number): PersonSessions {
  return {
    async begin({ device, hash, organization, person, provider }) {
      const atMs = executor.clock.wallMs();
      const proven = {
        provider: provider?.id ?? null,
        provider_factor: provider?.askedSecondFactor === true ? 1 : 0,
        issuer: provider?.issuer ?? null,
        issuer_session: provider?.issuerSession ?? null,
        device: device ?? null,
      };
      const row = { hash, person, organization, created_at: atMs, seen_at: atMs, ...proven };
      await executor.write(function* () {
        yield* change(remove.where('created_at', '<=', atMs - SESSION_MS));
        yield* change(remove.where('seen_at', '<=', atMs - SESSION_IDLE_MS));
        yield* change(build.insertInto('person_sessions').values(row));
      });
      return decode(row);
    },
    async find(hash) {
      const row = await executor.read(() => first(alive(executor.clock.wallMs()).where('hash', '=', hash)));
      return row === undefined ? undefined : decode(row);
    },
    async note(hash) {
      await executor.write(() =>
        change(update.set({ seen_at: executor.clock.wallMs() }).where('hash', '=', hash)),
      );
    },
    async turnTo(hash, organization) {
      await executor.write(() => change(update.set({ organization }).where('hash', '=', hash)));
    },
    async ofPerson(person) {
      const own = alive(executor.clock.wallMs()).where('person', '=', person).orderBy('created_at', 'desc');
      return (await executor.read(() => all(own.orderBy('hash')))).map(decode);
    },
    end(hash, note) {
      return executor.write(function* () {
        yield* change(remove.where('hash', '=', hash));
      }, note);
    },
    endAllOf(person, except = '', note) {
      return executor.write(function* () {
        yield* change(remove.where('person', '=', person).where('hash', '!=', except));
      }, note);
    },
    endByIssuer: (logout, by) => executor.write(() => endByIssuer({ executor, nowMs }, logout, by)),
  };
}

type Place = { readonly executor: SqlExecutor; readonly nowMs: () => number };

function* endByIssuer(
  { executor, nowMs }: Place,
  logout: IssuerLogout,
  actor: Actor,
): Work<number | 'repeated'> {
  const { issuer, message } = logout;
  if (!(yield* spendOnce(`logout ${issuer} ${message.id}`, message.untilMs, nowMs()))) return 'repeated';
  const ended = yield* meantBy(logout, executor.clock.wallMs());
  for (const { hash } of ended) yield* change(remove.where('hash', '=', hash));
  for (const id of new Set(ended.map(({ person }) => person))) {
    const row = yield* first(build.selectFrom('people').selectAll().where('id', '=', id));
    const sessions = ended.filter(({ person }) => person === id).length;
    const noted = { actor, action: 'sessions.ended', after: { by: 'provider', issuer, sessions } };
    if (row !== undefined) yield* noteEverywhere(executor, decodePerson(row), noted);
  }
  return ended.length;
}

function* meantBy(
  logout: IssuerLogout,
  nowMs: number,
): Work<readonly Pick<PersonSession, 'hash' | 'person'>[]> {
  const { issuer, issuerSession } = logout;
  const own = alive(nowMs).where('issuer', '=', issuer);
  if (!('subject' in logout)) return yield* all(own.where('issuer_session', '=', logout.issuerSession));
  const person = yield* findLink(issuer, logout.subject);
  if (person === undefined) return [];
  const ofPerson = own.where('person', '=', person);
  if (issuerSession === undefined) return yield* all(ofPerson);
  return yield* all(
    ofPerson.where((where) =>
      where.or([where('issuer_session', '=', issuerSession), where('issuer_session', 'is', null)]),
    ),
  );
}

function alive(nowMs: number) {
  return build
    .selectFrom('person_sessions')
    .selectAll()
    .where('created_at', '>', nowMs - SESSION_MS)
    .where('seen_at', '>', nowMs - SESSION_IDLE_MS);
}

function decode(row: PeopleTables['person_sessions']): PersonSession {
  const { created_at, device, hash, organization, person, seen_at } = row;
  const provider = providerOf(row);
  return {
    hash,
    person,
    organization,
    createdAtMs: created_at,
    seenAtMs: seen_at,
    ...(provider === undefined ? {} : { provider }),
    ...(device === null ? {} : { device }),
  };
}

function providerOf(row: PeopleTables['person_sessions']): SessionProvider | undefined {
  const { issuer, issuer_session, provider, provider_factor } = row;
  if (provider === null) return undefined;
  return {
    id: provider,
    askedSecondFactor: provider_factor === 1,
    ...(issuer === null ? {} : { issuer }),
    ...(issuer_session === null ? {} : { issuerSession: issuer_session }),
  };
}
