/**
 * Replicas that died and whose calls have yet to be ended, in the words of `base.ts`; of each, and of each that is there, the cursor
 * after which all of its calls under way come.
 */
export const DEAD = `
CREATE TABLE "dead_replicas" ("id" text not null primary key, "since" integer not null) strict;

ALTER TABLE "replicas" ADD COLUMN "since" integer default 0 not null;
`;
