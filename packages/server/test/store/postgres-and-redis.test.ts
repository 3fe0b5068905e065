import { describe } from 'vitest';
import { describePostgres } from '../support/postgres-suite.ts';

/** A file of its own, so that it runs beside the same without a Redis. */
describe('on Postgres', () => describePostgres('Postgres with Redis', { withRedis: true }));
