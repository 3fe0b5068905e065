/** The sign-ins of the gateway at servers, and since when each of them is in force, in the words of `base.ts`. */
export const SIGN_INS = `
CREATE TABLE "server_sign_ins" ("server" text not null primary key, "organization" text not null, "state" text not null, "facts" text not null, "client" blob, "tokens" blob, "ends_at" integer, "version" integer not null, "lease_until" integer not null) strict, without rowid;

ALTER TABLE "servers" ADD COLUMN "signed_in_at" integer default 0 not null;
`;
