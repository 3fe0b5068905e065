/**
 * What steps 0001 to 0014 leave, for databases that begin here: those steps were written for SQLite alone. In SQLite's words,
 * which `migrate.ts` turns into those of Postgres; never edited, as later steps build on it.
 */
export const BASE = `
CREATE TABLE "approval_events" ("id" text not null primary key, "kind" text not null, "at" integer not null, "record" text not null) strict;

CREATE TABLE "approvals" ("id" text not null primary key, "binding" text not null, "call" text not null, "grant_id" text not null, "state" text not null, "asked_at" integer not null, "due_at" integer, "record" text not null, "arguments" blob) strict;

CREATE TABLE "audit" ("link" integer not null primary key, "entry" text not null, "hash" text not null, "seal" text not null) strict;

CREATE TABLE "audit_head" ("id" integer not null primary key check (id = 1), "link" integer not null, "hash" text not null, "seal" text not null) strict;

CREATE TABLE "callers" ("id" integer not null primary key, "organization" text not null, "server" text not null, "grant_id" text not null, "grant_name" text not null, "session" text not null, "era" text not null, "protocol" text not null, "client" text not null, "policy" text not null, "policy_version" integer not null, "mode" text not null) strict;

CREATE TABLE "chain_checkpoints" ("chain" text not null primary key, "link" integer not null, "hash" text not null, "cursor" integer not null, "entry" text not null, "seal" text not null) strict, without rowid;

CREATE TABLE "chain_head" ("id" integer not null primary key check (id = 1), "link" integer not null, "hash" text not null, "seal" text not null) strict;

CREATE TABLE "chain_marks" ("link" integer not null primary key, "hash" text not null, "seal" text not null) strict;

CREATE TABLE "decisions" ("cursor" integer not null primary key, "caller" integer not null, "entry" text not null, "link" integer, "hash" text) strict;

CREATE TABLE "deliveries" ("id" text not null primary key, "url" text not null, "kind" text not null, "approval" text not null, "body" text not null, "created_at" integer not null, "state" text not null, "attempts" integer not null, "last" text not null, "next_at" integer, "webhook" text default '' not null, "organization" text default 'default' not null) strict;

CREATE TABLE "ended_sessions" ("id" text not null primary key, "forget_at" integer not null) strict, without rowid;

CREATE TABLE "grant_changes" ("id" integer not null primary key check (id = 1), "newest" integer not null, "removed" integer not null) strict;

CREATE TABLE "grants" ("id" text not null primary key, "organization" text not null, "name" text not null, "server" text not null, "policy" text, "labels" text not null, "mode" text not null, "state" text not null, "expires_at" integer, "created_at" integer not null, "origin" text not null, "token_hash" blob not null unique, "stack" text, "owner" text, "sealed_token" blob, "previous_hash" blob, "previous_until" integer, "changed" integer not null, constraint "grants_name" unique ("organization", "name")) strict, without rowid;

CREATE TABLE "kept_answers" ("caller" text not null, "key" text not null, "fingerprint" text not null, "sealed" text not null, "forget_at" integer not null, constraint "kept_answers_key" primary key ("caller", "key")) strict, without rowid;

CREATE TABLE "key_checks" ("purpose" text not null primary key, "value" text not null) strict, without rowid;

CREATE TABLE "ledger_clock" ("id" integer not null primary key check (id = 1), "at" integer not null, "monotonic" real not null, "boot" text not null) strict;

CREATE TABLE "ledger_floor" ("id" integer not null primary key check (id = 1), "at" integer not null) strict;

CREATE TABLE "organizations" ("id" text not null primary key, "name" text not null, "require_second_factor" integer not null, "version" integer not null, "created_at" integer not null, "require_second_person" text default 'never' not null) strict, without rowid;

CREATE TABLE "outcomes" ("decision" integer not null primary key, "entry" text not null, "link" integer, "hash" text) strict;

CREATE TABLE "people" ("id" text not null primary key, "email" text not null unique, "name" text not null, "password_hash" text, "totp_secret" text, "totp_confirmed" integer not null, "totp_step" integer not null, "created_at" integer not null) strict, without rowid;

CREATE TABLE "person_sessions" ("hash" text not null primary key, "person" text not null references "people" ("id") on delete cascade, "organization" text not null references "organizations" ("id") on delete cascade, "created_at" integer not null, "seen_at" integer not null, "provider" text, "provider_factor" integer default 0 not null) strict, without rowid;

CREATE TABLE "policies" ("organization" text not null, "name" text not null, "server" text, "version" integer not null, constraint "policies_key" primary key ("organization", "name")) strict, without rowid;

CREATE TABLE "policy_proposals" ("id" text not null primary key, "organization" text not null, "state" text not null, "text" text not null, "record" text not null) strict, without rowid;

CREATE TABLE "policy_versions" ("organization" text not null, "name" text not null, "version" integer not null, "sha256" blob not null, "text" text not null, "origin" text not null, "author" text not null, "note" text not null, "created_at" integer not null, constraint "policy_versions_key" primary key ("organization", "name", "version")) strict;

CREATE TABLE "recovery_codes" ("person" text not null references "people" ("id") on delete cascade, "hash" text not null, constraint "recovery_codes_key" primary key ("person", "hash")) strict, without rowid;

CREATE TABLE "servers" ("id" text not null primary key, "organization" text not null, "slug" text not null, "entry" text, "credentials" text, "sealed" blob, "version" integer not null, "created_at" integer, "changed_at" integer, constraint "servers_slug" unique ("organization", "slug")) strict, without rowid;

CREATE TABLE "setup_code" ("id" integer not null primary key check (id = 1), "hash" text not null, "expires_at" integer not null) strict, without rowid;

CREATE TABLE "tallies" ("organization" text not null, "kind" text not null, "width" integer not null, "at" integer not null, "first" text not null, "second" text not null, "count" integer not null, constraint "tallies_key" primary key ("organization", "kind", "width", "at", "first", "second")) strict, without rowid;

CREATE TABLE "tally_cursor" ("id" integer not null primary key check (id = 1), "cursor" integer not null) strict;

CREATE TABLE "tool_snapshots" ("organization" text not null, "server" text not null, "tool" text not null, "fingerprint" text not null, "definition" text not null, "classification" text not null, "state" text not null, "offered" integer not null, "first_seen_at" integer not null, "seen_at" integer not null, "decided_at" integer, "decided_by" text, constraint "tool_snapshots_key" primary key ("organization", "server", "tool", "fingerprint")) strict;

CREATE TABLE "usage" ("counter" text not null, "at" integer not null, "amount" integer not null, "expires" integer not null, constraint "usage_key" primary key ("counter", "at")) strict, without rowid;

CREATE TABLE "webhooks" ("id" text not null primary key, "organization" text not null references "organizations" ("id") on delete cascade, "name" text not null, "kind" text not null, "events" text not null, "state" text not null, "url" blob not null, "secret" blob not null, "created_at" integer not null, constraint "webhooks_name" unique ("organization", "name")) strict, without rowid;

CREATE TABLE "api_keys" ("id" text not null primary key, "organization" text not null references "organizations" ("id") on delete cascade, "name" text not null, "role" text not null, "prefix" text not null, "key_hash" text not null unique, "created_by" text not null references "people" ("id") on delete cascade, "created_at" integer not null, "expires_at" integer not null, "revoked_at" integer) strict, without rowid;

CREATE TABLE "external_identities" ("issuer" text not null, "subject" text not null, "person" text not null references "people" ("id") on delete cascade, "email" text not null, "linked_at" integer not null, constraint "external_identities_key" primary key ("issuer", "subject")) strict, without rowid;

CREATE TABLE "invitations" ("id" text not null primary key, "organization" text not null references "organizations" ("id") on delete cascade, "email" text not null, "role" text not null, "token_hash" text not null unique, "created_by" text not null, "created_at" integer not null, "expires_at" integer not null, "accepted_at" integer, "revoked_at" integer) strict, without rowid;

CREATE TABLE "members" ("id" text not null primary key, "organization" text not null references "organizations" ("id") on delete cascade, "person" text not null references "people" ("id") on delete cascade, "role" text not null, "created_at" integer not null, "mail_approvals" integer default 1 not null, constraint "members_once" unique ("organization", "person")) strict, without rowid;

CREATE TABLE "passkeys" ("id" text not null primary key, "person" text not null references "people" ("id") on delete cascade, "name" text not null, "credential" text not null unique, "public_key" blob not null, "counter" integer not null, "created_at" integer not null, "used_at" integer) strict, without rowid;

CREATE TABLE "password_resets" ("person" text not null primary key references "people" ("id") on delete cascade, "token_hash" text not null unique, "expires_at" integer not null) strict, without rowid;

CREATE INDEX "approvals_asked" on "approvals" ("asked_at");

CREATE INDEX "approvals_binding" on "approvals" ("binding", "asked_at");

CREATE INDEX "approvals_due" on "approvals" ("due_at");

CREATE INDEX "approvals_grant" on "approvals" ("grant_id", "state");

CREATE INDEX "deliveries_created" on "deliveries" ("created_at");

CREATE INDEX "deliveries_next" on "deliveries" ("next_at");

CREATE INDEX "deliveries_webhook" on "deliveries" ("organization", "webhook", "created_at");

CREATE INDEX "external_identities_person" on "external_identities" ("person");

CREATE INDEX "grants_changed" on "grants" ("changed");

CREATE INDEX "passkeys_person" on "passkeys" ("person");

CREATE INDEX "person_sessions_of" on "person_sessions" ("person");

CREATE INDEX "tallies_at" on "tallies" ("width", "at");
`;
