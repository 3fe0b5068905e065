import { AGENT_SIGN_IN_PEOPLE } from './agent-sign-in-people-schema.ts';
import { AGENT_SIGN_INS } from './agent-sign-ins-schema.ts';
import { BASE } from './base.ts';
import { DEAD } from './dead-schema.ts';
import { EPOCHS } from './epochs-schema.ts';
import { REPLICAS } from './replicas-schema.ts';
import { RESTARTS } from './restarts-schema.ts';
import { SIGN_INS } from './sign-ins-schema.ts';
import { STOPPED } from './stopped-schema.ts';

export type Step =
  /** Made together while no replica writes: each is quick, however large its table is. */
  | { readonly statements: readonly string[] }
  /** An index of a table that may be large, made while all write on. */
  | { readonly index: string; readonly on: string };

/**
 * By name, in the order of the names. A step only adds to what is there, so that replicas of the version before go on with it; one
 * that takes something away notes itself in `schema_floor`, and comes when no version that needs it can be running.
 */
export const STEPS: Readonly<Record<string, Step>> = {
  '0014_base': { statements: inPostgres(BASE) },
  '0015_replicas': { statements: inPostgres(REPLICAS) },
  '0016_dead': { statements: inPostgres(DEAD) },
  '0017_stopped': { statements: inPostgres(STOPPED) },
  '0018_epochs': { statements: inPostgres(EPOCHS) },
  '0019_server_sign_ins': { statements: inPostgres(SIGN_INS) },
  '0020_agent_sign_ins': { statements: inPostgres(AGENT_SIGN_INS) },
  '0021_agent_sign_in_people': { statements: inPostgres(AGENT_SIGN_IN_PEOPLE) },
  '0022_restarts': { statements: inPostgres(RESTARTS) },
};

/** Texts compare by their bytes, as in SQLite; every whole number is one of 64 bits. */
function inPostgres(statements: string): readonly string[] {
  return statements
    .trim()
    .split('\n\n')
    .map((statement) =>
      statement
        .replace(/\) strict(?:, without rowid)?;$/, ');')
        .replaceAll(/(" )text\b/g, '$1text collate "C"')
        .replaceAll(/(" )integer\b/g, '$1bigint')
        .replaceAll(/(" )real\b/g, '$1double precision')
        .replaceAll(/(" )blob\b/g, '$1bytea'),
    );
}
