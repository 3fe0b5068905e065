import { expect, it } from 'vitest';
import { NEWS_MS } from './bounds.ts';
import { Member } from './member.ts';

const answers = {} as ConstructorParameters<typeof Member>[0]['answers']; // a cast: this process asks nothing

it('a process that cannot take what is in force is not up to date until it is gone', async () => {
  const gone: string[] = [];
  const member = new Member({
    slot: 0,
    environment: process.env,
    answers,
    ageMs: () => NEWS_MS,
    onGone: (how) => gone.push(how),
    onFault: (error) => expect.unreachable(String(error)),
  });
  expect(member.isCurrent).toBe(true);
  // It was never told to begin.
  await member.tell('approvals', null);
  expect(member.isCurrent).toBe(false);
  await member.gone;
  expect(gone).toEqual(['SIGKILL']);
  expect(member.isCurrent).toBe(false);
});
