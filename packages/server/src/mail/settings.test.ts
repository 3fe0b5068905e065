import { describe, expect, it } from 'vitest';
import { mailSettings } from './settings.ts';

const FROM = 'Boomgate <gate@example.com>';

describe('the settings of the mail server', () => {
  it.each([
    ['smtps://user:p%40ss@mail.example.com', { host: 'mail.example.com', port: 465, tls: 'always' }],
    ['smtps://mail.example.com:2465', { host: 'mail.example.com', port: 2465, tls: 'always' }],
    ['smtp://mail.example.com/', { host: 'mail.example.com', port: 587, tls: 'started' }],
    ['smtp://127.0.0.1:25', { host: '127.0.0.1', port: 25, tls: 'offered' }],
    ['smtp://[::1]:25', { host: '::1', port: 25, tls: 'offered' }],
    // A name that only begins like this machine.
    ['smtp://localhost.example.com', { host: 'localhost.example.com', port: 587, tls: 'started' }],
  ])('%s is taken', (url, settings) => {
    expect(mailSettings(url, FROM)).toMatchObject({ ...settings, from: FROM });
  });

  it('decodes user and password', () => {
    const login = { user: 'a@b', password: 'p@ss' };
    expect(mailSettings('smtps://a%40b:p%40ss@mail.example.com', FROM)).toMatchObject({ login });
  });

  it.each([
    'mail.example.com',
    'https://mail.example.com',
    'smtps://',
    'smtps://user@mail.example.com',
    'smtps://:secret-word@mail.example.com',
    'smtps://user:100%@mail.example.com',
    'smtps://mail.example.com/?pool=true',
    'smtps://mail.example.com/x',
  ])('%s is refused, and not repeated', (url) => {
    const found = mailSettings(url, FROM);
    expect(found).toMatchObject({ at: 'url' });
    expect(JSON.stringify(found)).not.toContain('secret-word');
  });

  it.each(['', 'gate', 'a@b, c@d', 'A <a@b>, <c@d>', 'A\r\nBcc: x <a@b>', '<a@b', 'a@b>'])(
    'a sender %j is refused',
    (from) => {
      expect(mailSettings('smtps://mail.example.com', from)).toMatchObject({ at: 'from' });
    },
  );
});
