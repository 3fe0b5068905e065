import { type AuditAct, FIRST_ORGANIZATION, type PersonRecord } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, type Work } from '../work.ts';

type Noted = Pick<AuditAct, 'actor' | 'action' | 'before' | 'after'>;

/** In the log of every organisation that the person is a member of: each has something to lose. */
export function* noteEverywhere(
  executor: SqlExecutor,
  { email, id }: PersonRecord,
  noted: Noted,
): Work<void> {
  const own = build.selectFrom('members').select('organization').where('person', '=', id).orderBy('id');
  const organizations = (yield* all(own)).map(({ organization }) => organization);
  const target = { kind: 'person', id, name: email };
  for (const organization of organizations.length === 0 ? [FIRST_ORGANIZATION] : organizations)
    yield* executor.note({ organization, target, ...noted });
}
