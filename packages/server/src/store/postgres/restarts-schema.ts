/** How often people had a server started anew, in the words of `base.ts`. */
export const RESTARTS = `
ALTER TABLE "servers" ADD COLUMN "restarts" integer default 0 not null;
`;
