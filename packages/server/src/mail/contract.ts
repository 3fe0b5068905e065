/** A text to one person. */
export type Letter = {
  /** One address; never a list, whatever is in it. */
  readonly to: string;
  /** Written on one line. */
  readonly subject: string;
  readonly text: string;
};

/** Sends letters, when the gateway has a mail server. */
export interface Mailer {
  /** Whether there is a mail server now; a reload of the configuration may change it. */
  isConfigured(): boolean;
  /** Resolves when the mail server has taken the letter; rejects with `MailError`. Tries once, within half a minute. */
  send(letter: Letter): Promise<void>;
}

/** Codes: there is no mail server; it cannot be reached now; it will never take this letter. */
export class MailError extends Error {
  readonly code: 'not_configured' | 'unavailable' | 'refused';
  constructor(code: MailError['code'], message: string) {
    super(message);
    this.name = 'MailError';
    this.code = code;
  }
}

export function notConfigured(): MailError {
  return new MailError('not_configured', 'no mail server is set: give "mail" in the configuration file');
}
