import { SESSION_IDLE_MS, SESSION_MS } from '../../../limits/index.ts';
import type { PersonSessions } from '../../contract.ts';
import { build } from '../tables.ts';
import type { Desk } from './desk.ts';

export function openPersonSessions(desk: Desk): PersonSessions {
  const update = build.updateTable('person_sessions');
  const remove = build.deleteFrom('person_sessions');
  return {
    async begin({ hash, organization, person }) {
      const nowMs = desk.nowMs();
      const row = { hash, person, organization, created_at: nowMs, seen_at: nowMs };
      desk.write(() => {
        desk.change(remove.where('created_at', '<=', nowMs - SESSION_MS));
        desk.change(remove.where('seen_at', '<=', nowMs - SESSION_IDLE_MS));
        desk.change(build.insertInto('person_sessions').values(row));
      });
      return { hash, person, organization, createdAtMs: nowMs, seenAtMs: nowMs };
    },
    async find(hash) {
      const nowMs = desk.nowMs();
      const alive = build
        .selectFrom('person_sessions')
        .selectAll()
        .where('hash', '=', hash)
        .where('created_at', '>', nowMs - SESSION_MS)
        .where('seen_at', '>', nowMs - SESSION_IDLE_MS);
      const row = desk.first(alive);
      if (row === undefined) return undefined;
      const { organization, person, created_at, seen_at } = row;
      return { hash, person, organization, createdAtMs: created_at, seenAtMs: seen_at };
    },
    async note(hash) {
      desk.change(update.set({ seen_at: desk.nowMs() }).where('hash', '=', hash));
    },
    async turnTo(hash, organization) {
      desk.change(update.set({ organization }).where('hash', '=', hash));
    },
    async end(hash) {
      desk.change(remove.where('hash', '=', hash));
    },
    async endAllOf(person, except = '') {
      desk.change(remove.where('person', '=', person).where('hash', '!=', except));
    },
  };
}
