/** What a next version might add: to the tables that every call writes, and in an order that meets each group half-way. */
import { STEPS as OWN, type Step } from '../../src/store/postgres/steps.ts';

export const STEPS: Readonly<Record<string, Step>> = {
  ...OWN,
  '9001_next': {
    statements: [
      `alter table outcomes add column "seen" bigint default 0 not null`,
      `alter table replicas add column "version" text default '' not null`,
      `alter table decisions add column "kind" text default 'call' not null`,
      `alter table callers add column "zone" text default '' not null`,
      `alter table grants add column "tier" text default 'usual' not null`,
      `create table next_things ("id" text primary key, "of" text not null)`,
    ],
  },
  '9002_usage_by_amount': { index: 'usage_by_amount', on: 'usage (amount)' },
};
