import { expect, it } from 'vitest';
import { bodyOf } from './body.ts';
import { letterOf } from './letter.ts';
import { summaryOf } from './summary.ts';

it('names that a server chose are cut between characters: half of one is no JSON for some receivers, who would be told nothing', () => {
  for (const length of [280, 281]) {
    const tools = [
      { name: `${'n'.repeat(length)}${'😀'.repeat(40)}`, class: 'Execute', isNew: true },
    ] as const;
    const about = { organization: 'default', server: 's', count: 1, tools };
    const event = { id: 'e', kind: 'held', atMs: 0, about } as const;
    for (const kind of ['slack', 'teams'] as const)
      expect(bodyOf(kind, event, 'https://gate.example/')).not.toMatch(/\\ud[89a-f]/i);
    expect(letterOf(summaryOf(event, '')).text.isWellFormed()).toBe(true);
  }
});

it('says of a policy that a grant would get that this one, as it is, is meant for it', () => {
  const author = { id: 'p', kind: 'person', name: 'Ann' } as const;
  const attach = { grant: 'g', name: 'laptop', server: 'shop' };
  const about = {
    ...{ id: 'i', organization: 'default', name: 'wide', base: 3, note: '', person: 'p', widens: 'yes' },
    ...{ author, attach, createdAtMs: 0 },
    state: 'waiting',
  } as const;
  const { facts } = summaryOf({ id: 'e', kind: 'proposed', atMs: 0, about }, '');
  expect(facts).toContainEqual(['Policy', 'wide, version 3']);
  expect(facts).toContainEqual(['For', 'grant laptop on shop']);
});
