/** Whether all agents of an organisation are stopped, in the words of `base.ts`. */
export const STOPPED = `
ALTER TABLE "organizations" ADD COLUMN "agents_stopped" integer default 0 not null;
`;
