import { expect, it } from 'vitest';
import { LOGOUTS_AT_ONCE, systemClock } from '../limits/index.ts';
import { type AskedAnswer, openSignOn, type Provider } from './index.ts';

const CORP: Provider = {
  ...{ id: 'corp', name: 'Corp', issuer: 'https://login.corp.example', clientId: 'boomgate' },
  ...{ scopes: ['openid'], allowedDomains: [], role: 'viewer', groups: {}, groupsClaim: 'groups' },
  ...{ verifiedEmail: 'claims', syncsRoles: false, secondFactor: 'claims', allowPrivate: false },
};

it('looks at so many logout tokens at once, at no more, and at others once these are done', async () => {
  let answer: (given: AskedAnswer) => void = () => undefined;
  const given = new Promise<AskedAnswer>((resolve) => {
    answer = resolve;
  });
  const signOn = openSignOn({ providers: () => [CORP], ask: () => given, clock: systemClock() });
  const waiting = Array.from({ length: LOGOUTS_AT_ONCE }, () => signOn.ended(CORP, 'x'));
  expect(await signOn.ended(CORP, 'x')).toEqual({ ok: false, fault: 'busy' });
  answer({ failure: 'it is away' });
  const unavailable = { ok: false, fault: 'provider_unavailable', why: 'it is away' };
  expect(new Set((await Promise.all(waiting)).map((one) => JSON.stringify(one)))).toEqual(
    new Set([JSON.stringify(unavailable)]),
  );
  expect(await signOn.ended(CORP, 'x')).toEqual(unavailable);
});
