import type { Setup } from '../../contract.ts';
import type { SqlRoom } from '../room.ts';
import { build } from '../tables.ts';
import { change, first } from '../work.ts';
import { insertPerson } from './accounts.ts';
import { insertOrganization } from './organizations.ts';

export function openSetup(room: SqlRoom): Setup {
  return {
    async open(hash, expires_at) {
      await room.write(function* () {
        yield* change(build.deleteFrom('setup_code'));
        yield* change(build.insertInto('setup_code').values({ id: 1, hash, expires_at }));
      });
    },
    complete(codeHash, { memberId, organization, person }, note) {
      return room.write(function* () {
        const open = build.selectFrom('setup_code').select('id').where('hash', '=', codeHash);
        if ((yield* first(open.where('expires_at', '>', room.clock.wallMs()))) === undefined) return false;
        if ((yield* first(build.selectFrom('people').select('id').limit(1))) !== undefined) return false;
        yield* change(build.deleteFrom('setup_code'));
        yield* insertPerson(room, person);
        yield* insertOrganization(room, organization, { id: memberId, person: person.id });
        return true;
      }, note);
    },
  };
}
