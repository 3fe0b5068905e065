import { ORGANIZATION, type Recorded, readRecorded, type Store, systemClock } from '@boomgate/server/stored';
import type { LoggedPeriod } from '../plan/index.ts';

/** What the log keeps of the requests of a plan. */
export function recordedOf(
  { decisions }: Store,
  { grant, server, sinceMs }: LoggedPeriod,
): Promise<Recorded> {
  return readRecorded(decisions, systemClock(), { organization: ORGANIZATION, server, grant, sinceMs });
}

/** That nothing matches, and whose requests there are. */
export async function nothingOf({ decisions }: Store, { grant, server }: LoggedPeriod): Promise<string> {
  const [newest] = await decisions.query({ organization: ORGANIZATION, server, limit: 1 });
  const of = grant === undefined ? '' : ` of the grant ${grant}`;
  const when =
    newest === undefined
      ? 'the log has no request to that server'
      : `the newest request to that server was at ${new Date(newest.row.atMs).toISOString()}`;
  return `expected calls to ${server}${of} in that time, found none: ${when}`;
}
