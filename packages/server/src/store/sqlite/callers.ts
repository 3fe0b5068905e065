import { Callers } from '../journal/index.ts';
import type { Database } from './driver.ts';

/** The callers of one connection. */
export function openCallers(database: Database): Callers {
  const insert = database.prepare(
    'insert into callers (organization, server, grant_id, grant_name, session, era, protocol, client, policy, policy_version, mode) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  return new Callers((caller) => {
    const { lastInsertRowid } = insert.run(
      caller.organization,
      caller.server,
      caller.grant_id,
      caller.grant_name,
      caller.session,
      caller.era,
      caller.protocol,
      caller.client,
      caller.policy,
      caller.policy_version,
      caller.mode,
    );
    return Number(lastInsertRowid);
  });
}
