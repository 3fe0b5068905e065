import type { Transporter } from 'nodemailer';
import { MAIL_MS, MAIL_WHOLE_MS } from '../limits/index.ts';
import { type Letter, MailError, type Mailer, notConfigured } from './contract.ts';
import type { MailSettings } from './settings.ts';

/** Characters of a subject; mail programs show fewer. */
const SUBJECT_LENGTH = 200;
const LATE = 'the mail server did not come to an end of its answers in time';

/** A mailer by the settings of now. Each letter has a connection of its own: there are few, and none is left open. */
export function openMailer(settings: () => MailSettings | undefined, wholeMs = MAIL_WHOLE_MS): Mailer {
  return {
    isConfigured: () => settings() !== undefined,
    send: async (letter) => {
      const now = settings();
      if (now === undefined) throw notConfigured();
      await send(now, letter, wholeMs);
    },
  };
}

/**
 * Whether the mail server would take letters: connects, and signs in where there is a login. Rejects with `MailError`; sends nothing. What is not
 * answered in time is given up, and its connection with the process: the library ends none that it looks by.
 */
export async function checkMail(settings: MailSettings, wholeMs = MAIL_WHOLE_MS): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new MailError('unavailable', LATE)), wholeMs);
  try {
    await Promise.race([over(settings, (transport) => transport.verify()), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function send(settings: MailSettings, letter: Letter, wholeMs: number): Promise<void> {
  await over(settings, (transport) =>
    transport.sendMail({
      from: settings.from,
      // As an object: a text would be read as a list of addresses.
      to: { name: '', address: letter.to },
      subject: letter.subject.replace(/\p{Cc}+/gu, ' ').slice(0, SUBJECT_LENGTH),
      text: letter.text,
      headers: { 'Auto-Submitted': 'auto-generated' },
      // A server that goes on with an answer that never ends says something in time at each step.
      signal: AbortSignal.timeout(wholeMs),
    }),
  );
}

async function over(
  { host, login, port, tls }: MailSettings,
  act: (transport: Pick<Transporter, 'sendMail' | 'verify'>) => Promise<unknown>,
): Promise<void> {
  // Much to load for a gateway that sends none.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port,
    secure: tls === 'always',
    requireTLS: tls === 'started',
    // Said here so that no variable of the environment can switch the check of certificates off; what this machine offers proves itself to nobody.
    tls: { rejectUnauthorized: tls !== 'offered' },
    connectionTimeout: MAIL_MS,
    greetingTimeout: MAIL_MS,
    socketTimeout: MAIL_MS,
    dnsTimeout: MAIL_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password } }),
  });
  try {
    await act(transport);
  } catch (error) {
    throw failureOf(error);
  } finally {
    transport.close();
  }
}

/** What concerns this letter alone: its addresses, and its text. */
const OF_LETTER: ReadonlySet<string> = new Set(['EENVELOPE', 'EMESSAGE']);

/** Answers of 4xx may be others later, and so may what the server says of itself, of TLS or of who signs in (RFC 5321, 4.2.1). */
function failureOf(error: unknown): MailError {
  const { code, responseCode } = detailsOf(error);
  const answer = responseCode > 0 ? `answered ${responseCode}` : 'did not answer as expected';
  const text = `the mail server ${answer}${code === '' ? '' : ` (${code})`}`;
  const isForGood = OF_LETTER.has(code) && (responseCode === 0 || responseCode >= 500);
  return new MailError(isForGood ? 'refused' : 'unavailable', text);
}

/** Its texts are left out: they may repeat addresses, and what the server was sent. */
function detailsOf(error: unknown): { readonly code: string; readonly responseCode: number } {
  const of = typeof error === 'object' && error !== null ? error : {};
  return {
    code: 'code' in of && typeof of.code === 'string' ? of.code : '',
    responseCode: 'responseCode' in of && typeof of.responseCode === 'number' ? of.responseCode : 0,
  };
}
