import type { GrantRecord } from '../store/index.ts';

/** RFC 6749 §4.4. */
export const PROGRAM_GRANT = 'client_credentials';

/** As which a program comes that has the secret of a grant: one of the file by the name that stands there, any other by its id. */
export function clientIdOf({ id, name, origin }: Pick<GrantRecord, 'id' | 'name' | 'origin'>): string {
  return origin === 'file' ? name : id;
}
