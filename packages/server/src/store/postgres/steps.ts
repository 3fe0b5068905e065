import { BASE } from './base.ts';

export type Step =
  /** Made together while no replica writes: each is quick, however large its table is. */
  | { readonly statements: readonly string[] }
  /** An index of a table that may be large, made while all write on. */
  | { readonly index: string; readonly on: string };

/**
 * What a store of several replicas needs beside the tables of the embedded one: how often each table was
 * written, who is there, what each has in flight, the sealed keys, the newest step that a program must know to use the rest, and by
 * which change a counter's cell came to be what it is. Its JSON takes no NUL and no half of a character, which an agent may send:
 * `json_of` reads another sign in their place, so that no decision escapes a filter. What catches an exception runs in no parallel plan.
 */
const REPLICAS = `
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

CREATE FUNCTION json_of(given text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE AS $$
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

/**
 * Replicas that died and whose calls have yet to be ended; of each, and of each that is there, the cursor after which all of its calls
 * under way come.
 */
const DEAD = `
CREATE TABLE "dead_replicas" ("id" text not null primary key, "since" integer not null) strict;

ALTER TABLE "replicas" ADD COLUMN "since" integer default 0 not null;
`;

/** Whether all agents of an organisation are stopped. */
const STOPPED = `
ALTER TABLE "organizations" ADD COLUMN "agents_stopped" integer default 0 not null;
`;

/**
 * Which epoch of Redis the counters of limits are in. The name tells the databases apart that share one Redis; without a marker none has
 * begun, or what Redis holds is not to be used any more.
 */
const EPOCHS = `
CREATE TABLE "limits_epoch" ("id" integer not null primary key check (id = 1), "name" text not null, "number" integer not null, "marker" text) strict;

INSERT INTO limits_epoch (id, name, number) SELECT 1, gen_random_uuid()::text, 0;
`;

/** The sign-ins of the gateway at servers, and since when each of them is in force. */
const SIGN_INS = `
CREATE TABLE "server_sign_ins" ("server" text not null primary key, "organization" text not null, "state" text not null, "facts" text not null, "client" blob, "tokens" blob, "ends_at" integer, "version" integer not null, "lease_until" integer not null) strict, without rowid;

ALTER TABLE "servers" ADD COLUMN "signed_in_at" integer default 0 not null;
`;

/** What is kept of agents that sign in by themselves, and what of that is a grant's. */
const AGENT_SIGN_INS = `
CREATE TABLE "agent_sign_ins" ("kind" text not null, "key_hash" text not null, "sign_in" text, "grant_id" text, "content" blob not null, "ends_at" integer not null, "used_at" integer, constraint "agent_sign_ins_key" primary key ("kind", "key_hash")) strict, without rowid;

CREATE INDEX "agent_sign_ins_ends" on "agent_sign_ins" ("ends_at");

CREATE INDEX "agent_sign_ins_grant" on "agent_sign_ins" ("grant_id", "kind");

CREATE INDEX "agent_sign_ins_kind_ends" on "agent_sign_ins" ("kind", "ends_at");

CREATE INDEX "agent_sign_ins_of" on "agent_sign_ins" ("sign_in");

ALTER TABLE "grants" ADD COLUMN "access_tokens" text;

ALTER TABLE "grants" ADD COLUMN "owner_may_sign_in" integer default 0 not null;
`;

/** Who consented to a sign-in of an agent. */
const AGENT_SIGN_IN_PEOPLE = `
ALTER TABLE "agent_sign_ins" ADD COLUMN "person" text;

CREATE INDEX "agent_sign_ins_person" on "agent_sign_ins" ("person", "kind");
`;

/** How often people had a server started anew. */
const RESTARTS = `
ALTER TABLE "servers" ADD COLUMN "restarts" integer default 0 not null;
`;

/** When an organisation was removed. */
const REMOVED_ORGANIZATIONS = `
ALTER TABLE "organizations" ADD COLUMN "removed_at" integer;
`;

/** What a browser said of itself when a person signed in. */
const SESSION_DEVICES = `
ALTER TABLE "person_sessions" ADD COLUMN "device" text;
`;

/** Where the gateways were reached when one of them started last. */
const GATEWAY_ADDRESS = `
CREATE TABLE "gateway_address" ("id" integer not null primary key check (id = 1), "url" text not null) strict;
`;

/** Where each replica is reached, as it says. */
const REPLICA_ADDRESSES = `
ALTER TABLE "replicas" ADD COLUMN "url" text default '' not null;
`;

/** Which issuer proved who began a session, and its name of the session there. */
const SESSION_ISSUERS = `
ALTER TABLE "person_sessions" ADD COLUMN "issuer" text;

ALTER TABLE "person_sessions" ADD COLUMN "issuer_session" text;

CREATE INDEX "person_sessions_issuer" on "person_sessions" ("issuer", "issuer_session");
`;

/** What the directories behind providers say of people. */
const DIRECTORY_ENTRIES = `
CREATE TABLE "directory_entries" ("id" text not null primary key, "organization" text not null, "provider" text not null, "user_name" text not null, "user_name_key" text not null, "external_id" text, "email" text, "display_name" text, "given_name" text, "family_name" text, "state" text not null, "person" text references "people" ("id") on delete set null, "took_out" integer default 0 not null, "version" integer not null, "created_at" integer not null, "modified_at" integer not null) strict, without rowid;

CREATE INDEX "directory_entries_email" on "directory_entries" ("organization", "provider", "email");

CREATE INDEX "directory_entries_external_id" on "directory_entries" ("organization", "provider", "external_id");

CREATE INDEX "directory_entries_listed" on "directory_entries" ("organization", "provider", "id", "state");

CREATE INDEX "directory_entries_person" on "directory_entries" ("person");

CREATE INDEX "directory_entries_user_name" on "directory_entries" ("organization", "provider", "user_name_key");

CREATE INDEX "external_identities_email" on "external_identities" ("issuer", "email");
`;

/** When grants were first known to be over, and which have been deleted since. */
const ENDED = `
ALTER TABLE "grants" ADD COLUMN "ended_at" integer;

CREATE INDEX "grants_ended" on "grants" ("ended_at", "state", "expires_at");

ALTER TABLE "grant_changes" ADD COLUMN "expired" integer default 0 not null;

CREATE TABLE "expired_grants" ("number" integer not null, "grant_id" text not null, "at" integer not null, constraint "expired_grants_key" primary key ("number", "grant_id")) strict, without rowid;
`;

/** From which networks a grant or an API key is used: JSON of a list, or null for anywhere. */
const NETWORKS = `
ALTER TABLE "grants" ADD COLUMN "networks" text;

ALTER TABLE "api_keys" ADD COLUMN "networks" text;
`;

/** When grants and API keys were used last. Of grants that is what was counted so far; it goes with its grant. */
const USES = `
CREATE TABLE "grant_uses" ("grant_id" text not null primary key references "grants" ("id") on delete cascade, "at" integer not null) strict, without rowid;

INSERT INTO grant_uses (grant_id, at) SELECT first, max(at) FROM tallies WHERE kind = 'grant' AND first IN (SELECT id FROM grants) GROUP BY first;

ALTER TABLE "api_keys" ADD COLUMN "used_at" integer;
`;

/** Members who ask for a grant of a server. */
const ACCESS_REQUESTS = `
CREATE TABLE "access_requests" ("id" text not null primary key, "organization" text not null, "person" text not null, "state" text not null, "record" text not null) strict, without rowid;

CREATE INDEX "access_requests_organization" on "access_requests" ("organization", "state", "id");
`;

/** Ends of grants and API keys of which others were told. */
const TOLD_ENDS = `
CREATE TABLE "told_ends" ("kind" text not null, "id" text not null, "ends_at" integer not null, constraint "told_ends_key" primary key ("kind", "id")) strict, without rowid;
`;

/**
 * By name, in the order of the names; each in the words of SQLite, as `base.ts`. A step only adds to what is there, so that replicas of the version before go on with it; one
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
  '0023_removed_organizations': { statements: inPostgres(REMOVED_ORGANIZATIONS) },
  '0024_session_devices': { statements: inPostgres(SESSION_DEVICES) },
  '0025_gateway_address': { statements: inPostgres(GATEWAY_ADDRESS) },
  '0026_approvals_of_organizations': {
    index: 'approvals_organization',
    on: `approvals ((json_of(record) #>> '{organization}'), asked_at, id)`,
  },
  '0027_replica_addresses': { statements: inPostgres(REPLICA_ADDRESSES) },
  '0028_session_issuers': { statements: inPostgres(SESSION_ISSUERS) },
  '0029_directory_entries': { statements: inPostgres(DIRECTORY_ENTRIES) },
  '0030_ended': { statements: inPostgres(ENDED) },
  '0031_networks': { statements: inPostgres(NETWORKS) },
  '0032_uses': { statements: inPostgres(USES) },
  '0033_access_requests': { statements: inPostgres(ACCESS_REQUESTS) },
  '0034_told_ends': { statements: inPostgres(TOLD_ENDS) },
  '0035_grants_expire': { index: 'grants_expires', on: 'grants (expires_at)' },
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
