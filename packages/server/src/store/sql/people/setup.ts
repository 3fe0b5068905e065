import type { Setup } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { change, first } from '../work.ts';
import { insertPerson } from './accounts.ts';
import { insertOrganization } from './organizations.ts';

export function openSetup(executor: SqlExecutor): Setup {
  return {
    async open(hash, expires_at) {
      await executor.write(function* () {
        yield* change(build.deleteFrom('setup_code'));
        yield* change(build.insertInto('setup_code').values({ id: 1, hash, expires_at }));
      });
    },
    complete(codeHash, { memberId, organization, person }, note) {
      return executor.write(function* () {
        const open = build.selectFrom('setup_code').select('id').where('hash', '=', codeHash);
        if ((yield* first(open.where('expires_at', '>', executor.clock.wallMs()))) === undefined)
          return false;
        if ((yield* first(build.selectFrom('people').select('id').limit(1))) !== undefined) return false;
        yield* change(build.deleteFrom('setup_code'));
        yield* insertPerson(executor, person);
        yield* insertOrganization(executor, organization, { id: memberId, person: person.id });
        return true;
      }, note);
    },
  };
}
