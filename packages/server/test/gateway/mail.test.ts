import { type AddressInfo, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { checkMail, type MailSettings, mailSettings, openMailer } from '../../src/mail/index.ts';
import { openMailbox } from '../support/mailbox.ts';

const LETTER = { to: 'ann@example.com', subject: 'Hello', text: 'Nothing\n.\nnew' };

function settingsFor(url: string): MailSettings {
  const settings = mailSettings(url, 'Boomgate <gate@example.com>');
  if ('fault' in settings) throw new Error(settings.fault);
  return settings;
}

it('a letter reaches one person, as it was written, after signing in', async () => {
  await using mailbox = await openMailbox({ asksLogin: true });
  const mailer = openMailer(() => settingsFor(mailbox.url));
  await mailer.send({ ...LETTER, subject: 'Hello\r\nBcc: eve@example.com' });
  const [letter] = mailbox.letters;
  expect(letter?.to).toEqual(['ann@example.com']);
  expect(letter?.raw).toMatch(/^Subject: Hello Bcc: eve@example.com\r$/m);
  expect(letter?.raw).toContain('\r\n\r\nNothing\r\n.\r\nnew');
  const wrong = mailbox.url.replace('let%20me%20in', 'a%20wrong%20one');
  const refused = openMailer(() => settingsFor(wrong)).send(LETTER);
  await expect(refused).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('535'),
  });
});

it('a mail server is looked at without a letter', async () => {
  await using mailbox = await openMailbox({ asksLogin: true });
  await checkMail(settingsFor(mailbox.url));
  const wrong = mailbox.url.replace('let%20me%20in', 'a%20wrong%20one');
  await expect(checkMail(settingsFor(wrong))).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('535'),
  });
  expect(mailbox.letters).toEqual([]);
});

it('an address that is a list is no recipient', async () => {
  await using mailbox = await openMailbox();
  const mailer = openMailer(() => settingsFor(mailbox.url));
  await mailer.send({ ...LETTER, to: 'ann@example.com, eve@example.com' }).catch(() => undefined);
  expect(mailbox.letters.flatMap(({ to }) => to)).not.toContain('eve@example.com');
});

it('a letter that is refused for good is told apart from one that may be taken later', async () => {
  await using mailbox = await openMailbox();
  const mailer = openMailer(() => settingsFor(mailbox.url));
  mailbox.refuseWith = 550;
  await expect(mailer.send(LETTER)).rejects.toMatchObject({ code: 'refused' });
  mailbox.refuseWith = 451;
  await expect(mailer.send(LETTER)).rejects.toMatchObject({ code: 'unavailable' });
});

it('nothing is sent without STARTTLS to a server elsewhere, and nothing without settings', async () => {
  await using mailbox = await openMailbox();
  const elsewhere = { ...settingsFor(mailbox.url), tls: 'started' as const };
  await expect(openMailer(() => elsewhere).send(LETTER)).rejects.toMatchObject({ code: 'unavailable' });
  expect(mailbox.letters).toEqual([]);
  await expect(openMailer(() => undefined).send(LETTER)).rejects.toMatchObject({ code: 'not_configured' });
});

it('a mail server whose answer never ends is given up, and its connection with it', async () => {
  const ended = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    onTestFinished(() => void socket.destroy());
    socket.write('220 here\r\n');
    socket.resume();
    const more = setInterval(() => socket.write('250-and\r\n'), 10);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(more);
      ended.resolve();
    });
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const settings = settingsFor(`smtp://127.0.0.1:${port}`);
  await expect(openMailer(() => settings, 100).send(LETTER)).rejects.toMatchObject({ code: 'unavailable' });
  await ended.promise;
  await expect(checkMail(settings, 100)).rejects.toMatchObject({
    message: expect.stringContaining('in time'),
  });
});
