import { expect, it } from 'vitest';
import { SECRETS_TOLD_EVERY_MS } from '../limits/index.ts';
import { SecretsTold } from './secrets-told.ts';

const grant = (id: string) => ({ id, name: `grant ${id}` });
const seen = {
  ...({ server: 'files', where: 'request', became: 'refused' } as const),
  secrets: 'npm token in note',
};

it('tells once an hour of each grant and server, of a server’s answers whosever they are, and of each end, with a row of the audit log', () => {
  const secrets = new SecretsTold();
  const at = (nowMs: number, ...all: readonly Parameters<SecretsTold['told']>[0][]) =>
    all.flatMap((one) => secrets.told(one, { nowMs, atMs: 7 }) ?? []);
  const one = { ...seen, organization: 'default', grant: grant('a') };
  const others = [
    { ...one, grant: grant('b') },
    { ...one, server: 'other' },
    { ...one, where: 'answer' as const },
    { ...one, became: 'passed_on' as const },
  ];
  const sameAnswers = { ...one, where: 'answer' as const, grant: grant('b') };
  const [first, ...rest] = at(0, one, { ...one, secrets: 'another' }, ...others, ...others, sameAnswers);
  expect(first).toMatchObject({
    act: {
      organization: 'default',
      action: 'secrets.seen',
      target: { kind: 'grant', id: 'a', name: 'grant a' },
      after: seen,
    },
    event: {
      kind: 'secrets_seen',
      atMs: 7,
      about: { organization: 'default', grant: { id: 'a', name: 'grant a' }, ...seen },
    },
  });
  expect(rest).toHaveLength(others.length);
  expect(at(SECRETS_TOLD_EVERY_MS - 1, one)).toEqual([]);
  expect(at(SECRETS_TOLD_EVERY_MS, one, one)).toHaveLength(1);
});
