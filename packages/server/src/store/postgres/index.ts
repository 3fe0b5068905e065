/**
 * The store on Postgres. Speaks to one database through one pool; knows no repository: their SQL is that of `sql`. Nothing that the
 * embedded store has beside SQL (files, locks) stands here.
 */
export { type PostgresFacts, postgresFacts } from './facts.ts';
export { migratePostgres } from './migrate.ts';
export { openPostgresStore } from './open.ts';
export {
  listPostgresKeys,
  type PostgresKeysOptions,
  type RotatePostgresKeysOptions,
  rotatePostgresKeys,
} from './rotate-keys.ts';
export { type SealPostgresKeysOptions, sealPostgresKeys } from './seal-keys.ts';
export { hasTakenOver, type TakeOverOptions, takeOver } from './take-over.ts';
