import type { Actor } from './actor.ts';

/** Links by which who forgot their password sets another one. Each person has at most one that works. */
export interface PasswordResets {
  /**
   * Opens a link and ends the one before; its row in the audit log is written with it. False for an account without a
   * password: its provider says who comes in, and a link must not be a way around that.
   */
  open(reset: NewPasswordReset, actor: Actor): Promise<boolean>;
  /** Whose link this is: the id of a person, or undefined unless it works now. */
  find(tokenHash: string): Promise<string | undefined>;
  /**
   * Takes the link, once: sets the password, ends all sessions of the person and every other link, removes their passkeys, and
   * leaves the second factor as it is. False when it does not work any more.
   */
  complete(tokenHash: string, passwordHash: string, from: ResetFrom): Promise<boolean>;
}

export type NewPasswordReset = {
  readonly person: string;
  readonly tokenHash: string;
  readonly expiresAtMs: number;
};

/** Where a link was used, for its row in the audit log. */
export type ResetFrom = Pick<Actor, 'via' | 'address'>;
