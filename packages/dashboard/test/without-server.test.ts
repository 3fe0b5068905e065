import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Desk } from './support/browser.ts';
import { deskWithoutGateway } from './support/without-gateway.ts';

let world: Awaited<ReturnType<typeof deskWithoutGateway>>;
let desk: Desk;

beforeAll(async () => {
  world = await deskWithoutGateway('/');
  ({ desk } = world);
});
afterAll(() => world?.[Symbol.asyncDispose]());

const PAGES = [
  ...['Servers', 'Policies', 'Proposals', 'Grants', 'Approvals', 'Attacks'],
  ...['People', 'Settings', 'Audit', 'Overview', 'Log'],
];

it('shows every page without a gateway, on calls that the engine decided', async () => {
  const { faults, page } = desk;
  const menu = page.getByRole('navigation');
  for (const name of PAGES) {
    // Some say how much waits there.
    await menu.getByRole('link', { name: new RegExp(`^${name}`) }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Loading' }).waitFor({ state: 'detached' });
    // How somebody signs in needs a gateway, and says so.
    if (name !== 'Settings')
      expect(await page.getByText('is not there without a gateway').count(), name).toBe(0);
  }
  const id = await page.evaluate(async () => {
    const response = await fetch('/api/v1/decisions?outcome=limit');
    // The contract says that it is so.
    return ((await response.json()) as { items: { id: string }[] }).items[0]?.id;
  });
  await page.goto(`/log/${id}`);
  await page.getByText('is used up, which refuses the call').first().waitFor();
  expect(faults).toEqual([]);
});

it('keeps what is changed as long as the page lives, and says what needs a gateway', async () => {
  const { faults, page } = desk;
  await page.getByRole('navigation').getByRole('link', { name: 'Approvals' }).click();
  await page.getByRole('link', { name: 'comfy_generate_simple' }).first().click();
  // The list, whose every row has such a button, stays until the page of the approval is there.
  await page.waitForURL('**/approvals/*');
  await page.getByRole('heading', { level: 1, name: 'comfy_generate_simple' }).waitFor();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('approved').first().waitFor();
  const answer = await page.evaluate(async () => {
    const response = await fetch('/api/v1/webhooks');
    return { status: response.status, problem: await response.json() };
  });
  expect(answer).toMatchObject({
    status: 503,
    problem: { code: 'unavailable', detail: expect.stringContaining('BOOMGATE_URL') },
  });
  expect(faults).toEqual([]);
});

it('replays a policy over the calls of that organisation, and suggests one from them', async () => {
  const { faults, page } = desk;
  await page.goto('/policies/pictures-by-day');
  const replaying = page.getByRole('region', { name: 'Replay over the log', exact: true });
  await replaying.getByRole('button', { name: 'Open' }).click();
  await replaying.getByRole('button', { name: 'Replay', exact: true }).click();
  await replaying.getByText(/^Of \d+ calls to comfyui from .* would be decided as they were\.$/).waitFor();
  await page.goto('/new-policy?server=kubernetes&from=log');
  await page.getByRole('button', { name: 'Suggest a policy' }).click();
  await page.getByText(/^The draft below allows what \d+ requests to kubernetes from/).waitFor();
  expect(faults).toEqual([]);
});
