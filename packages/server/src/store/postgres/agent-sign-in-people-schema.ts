/** Who consented to a sign-in of an agent, in the words of `base.ts`. */
export const AGENT_SIGN_IN_PEOPLE = `
ALTER TABLE "agent_sign_ins" ADD COLUMN "person" text;

CREATE INDEX "agent_sign_ins_person" on "agent_sign_ins" ("person", "kind");
`;
