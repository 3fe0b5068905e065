import type { AddedPasskey, PasskeyRecord, Passkeys } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, change, first } from '../work.ts';
import type { PeopleTables } from './tables.ts';

export function openPasskeys(executor: SqlExecutor): Passkeys {
  const passkeys = build.selectFrom('passkeys').selectAll();
  const ofPerson = (person: string) => passkeys.where('person', '=', person).orderBy('id');
  const byCredential = (credential: string) => passkeys.where('credential', '=', credential);
  return {
    list: async (person) => (await executor.read(() => all(ofPerson(person)))).map(decode),
    async findByCredential(credential) {
      const row = await executor.read(() => first(byCredential(credential)));
      return row && decode(row);
    },
    add({ counter, credential, id, name, person, publicKey }, most, note) {
      return executor.write<AddedPasskey>(function* () {
        if ((yield* first(byCredential(credential))) !== undefined) return 'taken';
        if ((yield* all(ofPerson(person))).length >= most) return 'too_many';
        const row = {
          ...{ id, person, name, credential, counter },
          public_key: publicKey,
          created_at: executor.clock.wallMs(),
          used_at: null,
        };
        yield* change(build.insertInto('passkeys').values(row));
        return decode(row);
      }, note);
    },
    remove(person, id, note) {
      const gone = build.deleteFrom('passkeys').where('person', '=', person).where('id', '=', id);
      return executor.write(function* () {
        return (yield* change(gone)) > 0;
      }, note);
    },
    async use(id, counter) {
      const used = build
        .updateTable('passkeys')
        .set({ counter, used_at: executor.clock.wallMs() })
        .where('id', '=', id)
        .where((either) =>
          either.or([
            either('counter', '<', counter),
            either.and([either('counter', '=', 0), either.lit(counter === 0)]),
          ]),
        );
      return (await executor.write(() => change(used))) > 0;
    },
  };
}

function decode(row: PeopleTables['passkeys']): PasskeyRecord {
  const { counter, created_at, credential, id, name, person, public_key, used_at } = row;
  return {
    ...{ id, person, name, credential, counter },
    publicKey: public_key,
    createdAtMs: created_at,
    ...(used_at === null ? {} : { usedAtMs: used_at }),
  };
}
