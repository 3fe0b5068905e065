import { build } from './tables.ts';
import { all, change, type Work } from './work.ts';

/** Of what was decided the newest stay to be looked at; the audit log has all. */
export function* forgetDecided(
  table: 'access_requests' | 'policy_proposals',
  organization: string,
  { decided, waiting }: { readonly decided: number; readonly waiting: number },
): Work<void> {
  const old = build
    .selectFrom(table)
    .select('id')
    .where('organization', '=', organization)
    .where('state', '!=', 'waiting')
    .orderBy('id', 'desc')
    .limit(waiting)
    .offset(decided);
  const ids = (yield* all(old)).map(({ id }) => id);
  if (ids.length > 0) yield* change(build.deleteFrom(table).where('id', 'in', ids));
}
