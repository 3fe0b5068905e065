import type { Setup } from '../../contract.ts';
import { build } from '../tables.ts';
import { insertPerson } from './accounts.ts';
import type { Desk } from './desk.ts';
import { insertOrganization } from './organizations.ts';

export function openSetup(desk: Desk): Setup {
  return {
    async open(hash, expires_at) {
      desk.write(() => {
        desk.change(build.deleteFrom('setup_code'));
        desk.change(build.insertInto('setup_code').values({ id: 1, hash, expires_at }));
      });
    },
    async complete(codeHash, { memberId, organization, person }) {
      return desk.write(() => {
        const open = build.selectFrom('setup_code').select('id').where('hash', '=', codeHash);
        if (desk.first(open.where('expires_at', '>', desk.nowMs())) === undefined) return false;
        if (desk.first(build.selectFrom('people').select('id').limit(1)) !== undefined) return false;
        desk.change(build.deleteFrom('setup_code'));
        insertPerson(desk, person);
        insertOrganization(desk, organization, { id: memberId, person: person.id });
        return true;
      });
    },
  };
}
