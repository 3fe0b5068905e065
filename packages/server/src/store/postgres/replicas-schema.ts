/**
 * What a store of several replicas needs beside the tables of the embedded one, in the words of `base.ts`: how often each table was
 * written, who is there, what each has in flight, the sealed keys, the newest step that a program must know to use the rest, and by
 * which change a counter's cell came to be what it is. Its JSON takes no NUL and no half of a character, which an agent may send:
 * `json_of` reads another sign in their place, so that no decision escapes a filter.
 */
export const REPLICAS = `
CREATE TABLE "news" ("topic" text not null primary key, "number" integer not null) strict;

CREATE TABLE "replicas" ("id" text not null primary key, "seen_at" integer not null) strict;

CREATE TABLE "running" ("counter" text not null, "replica" text not null, "calls" integer not null, constraint "running_key" primary key ("counter", "replica")) strict;

CREATE TABLE "kept_keys" ("id" integer not null primary key check (id = 1), "sealed" text not null) strict;

CREATE TABLE "schema_floor" ("id" integer not null primary key check (id = 1), "step" text not null) strict;

ALTER TABLE "callers" ADD COLUMN "replica" text default '' not null;

ALTER TABLE "usage" ADD COLUMN "changed" integer default 0 not null;

ALTER TABLE "ended_sessions" ADD COLUMN "number" bigserial;

ALTER TABLE "tool_snapshots" ALTER COLUMN "definition" SET STORAGE EXTERNAL;

CREATE INDEX "usage_expires" on "usage" ("expires");

CREATE INDEX "usage_changed" on "usage" ("counter", "changed");

CREATE FUNCTION json_of(given text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN given::jsonb;
EXCEPTION WHEN OTHERS THEN
  BEGIN
    RETURN regexp_replace(given, '(?<!\\\\)((?:\\\\\\\\)*)\\\\u(?:0000|d[89a-f][0-9a-f]{2})', '\\1\\\\ufffd', 'g')::jsonb;
  EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
  END;
END $$;

CREATE FUNCTION number_of(given text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN given ~ '^-?[0-9]{1,18}$' THEN given::bigint END $$;
`;
