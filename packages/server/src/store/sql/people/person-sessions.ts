import { SESSION_IDLE_MS, SESSION_MS } from '../../../limits/index.ts';
import type { PersonSession, PersonSessions } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, change, first } from '../work.ts';
import type { PeopleTables } from './tables.ts';

export function openPersonSessions(executor: SqlExecutor): PersonSessions {
  const update = build.updateTable('person_sessions');
  const remove = build.deleteFrom('person_sessions');
  return {
    async begin({ device, hash, organization, person, provider }) {
      const nowMs = executor.clock.wallMs();
      const proven = {
        provider: provider?.id ?? null,
        provider_factor: provider?.askedSecondFactor === true ? 1 : 0,
        device: device ?? null,
      };
      const row = { hash, person, organization, created_at: nowMs, seen_at: nowMs, ...proven };
      await executor.write(function* () {
        yield* change(remove.where('created_at', '<=', nowMs - SESSION_MS));
        yield* change(remove.where('seen_at', '<=', nowMs - SESSION_IDLE_MS));
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
  };
}

function alive(nowMs: number) {
  return build
    .selectFrom('person_sessions')
    .selectAll()
    .where('created_at', '>', nowMs - SESSION_MS)
    .where('seen_at', '>', nowMs - SESSION_IDLE_MS);
}

function decode(row: PeopleTables['person_sessions']): PersonSession {
  const { created_at, device, hash, organization, person, provider, provider_factor, seen_at } = row;
  const proven =
    provider === null ? {} : { provider: { id: provider, askedSecondFactor: provider_factor === 1 } };
  return {
    hash,
    person,
    organization,
    createdAtMs: created_at,
    seenAtMs: seen_at,
    ...proven,
    ...(device === null ? {} : { device }),
  };
}
