/**
 * Which epoch of Redis the counters of limits are in, in the words of `base.ts`. The name tells the databases apart that share one Redis;
 * without a marker none has begun, or what Redis holds is not to be used any more.
 */
export const EPOCHS = `
CREATE TABLE "limits_epoch" ("id" integer not null primary key check (id = 1), "name" text not null, "number" integer not null, "marker" text) strict;

INSERT INTO limits_epoch (id, name, number) SELECT 1, gen_random_uuid()::text, 0;
`;
