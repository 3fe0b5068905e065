import { expect, it } from 'vitest';
import { createClient } from './index.ts';

const asked = (status: number, body: unknown): Promise<unknown> =>
  createClient({
    baseUrl: '',
    fetch: async () => ({ status, headers: new Headers(), text: async () => JSON.stringify(body) }),
  })
    .members.list()
    .catch(({ message }: Error) => message);

it('an answer of another version of the gateway says what helps, and none of its values', async () => {
  const another = [
    await asked(200, { members: [{ role: 'a-secret' }] }),
    await asked(409, { type: 'urn:boomgate:problem:new', title: 'New', status: 409, code: 'a-secret' }),
  ];
  for (const said of another) {
    expect(said).toContain('reload the page');
    expect(said).not.toContain('a-secret');
  }
  expect(await asked(502, { error: 'bad gateway' })).toContain('a proxy in front may have answered');
});
