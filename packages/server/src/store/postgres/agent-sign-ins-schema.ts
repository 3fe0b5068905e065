/** What is kept of agents that sign in by themselves, and what of that is a grant's, in the words of `base.ts`. */
export const AGENT_SIGN_INS = `
CREATE TABLE "agent_sign_ins" ("kind" text not null, "key_hash" text not null, "sign_in" text, "grant_id" text, "content" blob not null, "ends_at" integer not null, "used_at" integer, constraint "agent_sign_ins_key" primary key ("kind", "key_hash")) strict, without rowid;

CREATE INDEX "agent_sign_ins_ends" on "agent_sign_ins" ("ends_at");

CREATE INDEX "agent_sign_ins_grant" on "agent_sign_ins" ("grant_id", "kind");

CREATE INDEX "agent_sign_ins_kind_ends" on "agent_sign_ins" ("kind", "ends_at");

CREATE INDEX "agent_sign_ins_of" on "agent_sign_ins" ("sign_in");

ALTER TABLE "grants" ADD COLUMN "access_tokens" text;

ALTER TABLE "grants" ADD COLUMN "owner_may_sign_in" integer default 0 not null;
`;
