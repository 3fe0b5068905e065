import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCatalogue } from '../../server/src/index.ts';
import { bootOffice, type Office } from '../../server/test/support/people.ts';
import { copyDocument, type Desk, inspect, openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';

const ATTACK = '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>\u202egnp.exe';
const REFERENCE_POLICY = {
  version: '1',
  default: 'deny',
  tools: {
    comfy_cancel_generation: {
      limits: [{ counter: 'comfy_cancel_generation_rate', window: 'minute', max: 10, scope: 'grant' }],
    },
  },
};

let office: Office;
let browser: Browser;
let desk: Desk;

beforeAll(async () => {
  office = await bootOffice({ dashboard: DASHBOARD });
  await using index = openCatalogue({ file: join(office.test.data, 'data', 'catalogue.db') });
  await index.put(
    { slug: 'io.example/files%2F..', name: 'io.example/files%2F..', description: '<b>bold</b>' },
    'registry',
  );
  const inputSchema = { type: 'object', properties: { [ATTACK]: { type: 'string', description: ATTACK } } };
  const tool = {
    name: 'delete_everything',
    description: `${ATTACK} [x](javascript:window.attacked=1)`,
    inputSchema,
  };
  await index.put(
    { slug: 'hostile', name: ATTACK, description: ATTACK, tools: [tool, { ...tool, name: ATTACK }] },
    'scan',
  );
  browser = await openBrowser();
  desk = await deskOf(browser, office, office.admin);
});
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
});

it('leads by keyboard and words to a tool', async () => {
  const { faults, page } = desk;
  await page.goto('/');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.getByRole('heading', { level: 1, name: 'Catalogue' }).waitFor();
  await page.getByRole('link', { name: 'Execute' }).first().waitFor();
  await page.getByRole('button', { name: 'Show more' }).waitFor();
  await inspect(page, 'catalogue');
  await page.keyboard.press('/');
  await page.keyboard.type('cancel generation');
  await page.waitForURL('**/catalogue?words=cancel+generation');
  await page.getByLabel('Level').selectOption('High');
  await page.waitForURL('**severity=High**');
  await page.getByRole('link', { name: 'comfy_cancel_generation' }).click();
  await page.getByRole('heading', { level: 1, name: 'comfy_cancel_generation' }).waitFor();
  expect(faults).toEqual([]);
});

it('says all that is known of a tool, and takes its rule to a new policy', async () => {
  const { faults, page } = desk;
  await page.goto('/catalogue/comfyui/comfy_cancel_generation');
  await page.getByRole('heading', { level: 2, name: 'Arguments' }).waitFor();
  expect(await page.title()).toBe('comfy_cancel_generation · Boomgate');
  for (const text of [
    'High risk',
    'Execute',
    'stops work rather than starting it',
    "the tool's own description",
  ])
    await page.getByText(text).first().waitFor();
  const quote = 'Cancel a specific generation or interrupt the currently executing generation.';
  expect(await page.locator('q').allInnerTexts()).toContain(quote);
  const policy = await page.getByRole('region', { name: 'policy.json' }).innerText();
  expect(policy).toBe(JSON.stringify(REFERENCE_POLICY, null, 2));
  await inspect(page, 'catalogue tool');

  await page.getByRole('button', { name: 'Use this rule' }).click();
  await page.getByRole('button', { name: 'Open the draft' }).click();
  await page.getByRole('heading', { level: 1, name: 'New policy' }).waitFor();
  expect(JSON.parse(await copyDocument(page))).toEqual(JSON.parse(policy));
  await page.getByText('This is a valid policy').waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'Queue and job sabotage' }).click();
  await page.getByRole('heading', { level: 1, name: 'Queue and job sabotage' }).waitFor();
  const source = page.getByRole('link', { name: 'https://github.com/Comfy-Org/ComfyUI/issues/2566' });
  expect(await source.getAttribute('rel')).toBe('noreferrer');
  expect(await page.locator('[aria-current="page"]').allInnerTexts()).toEqual(['Attacks']);
  expect(faults).toEqual([]);
});

it('joins a rule to a policy that is stored, as a draft of its next version', async () => {
  const { faults, page } = desk;
  const document = { version: '1', default: 'deny', tools: { comfy_get_queue: {} } };
  await office.admin.client.policies.create({ body: { name: 'comfy', document, note: '' } });
  await page.goto('/catalogue/comfyui/comfy_cancel_generation');
  await page.getByRole('button', { name: 'Use this rule' }).click();
  await page.getByLabel('Where').selectOption('comfy');
  await page.getByText('"comfy_get_queue"').waitFor();
  await page.getByRole('button', { name: 'Open the draft' }).click();
  await page.getByRole('heading', { level: 1, name: 'comfy' }).waitFor();
  const draft = JSON.parse(await copyDocument(page));
  expect(draft).toEqual({ ...document, tools: { comfy_get_queue: {}, ...REFERENCE_POLICY.tools } });
  expect(faults).toEqual([]);
});

it('shows levels, classes, servers and attacks, and reads on where a page ends', async () => {
  const { faults, page } = desk;
  await page.goto('/catalogue/level/critical');
  await page.getByText('deletes or overwrites for good').waitFor();
  await page.getByRole('button', { name: 'Show more' }).waitFor();
  const rows = await page.getByRole('row').count();
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByRole('row').nth(rows).waitFor();
  await page.goto('/catalogue/comfyui');
  await page.getByText('Grade B').first().waitFor();
  await inspect(page, 'catalogue server');
  await page.getByRole('link', { name: 'comfy_clear_queue' }).click();
  await page.getByText('Critical risk').first().waitFor();
  await page.goto('/attacks?class=Financial');
  await page.getByRole('link', { name: 'Spend drain' }).waitFor();
  expect(await page.getByRole('link', { name: 'Queue and job sabotage' }).count()).toBe(0);
  await page.goto('/attacks');
  await page.getByRole('link', { name: 'DNS rebinding' }).waitFor();
  await inspect(page, 'attacks');
  expect(faults).toEqual([]);
});

it('opens servers whose names registries write with a slash', async () => {
  const { page } = desk;
  const name = 'io.example/files%2F..';
  await page.goto('/catalogue?words=io.example');
  await page.getByRole('link', { name }).click();
  await page.getByText('A registry names this server').waitFor();
  await page.reload();
  await page.getByText('<b>bold</b>').waitFor();
});

it('a server whose every text is an attack changes nothing in its pages', async () => {
  const { faults, page } = desk;
  await page.goto('/catalogue/hostile');
  await page.getByRole('link', { name: 'delete_everything' }).click();
  await page.getByText('onerror').first().waitFor();
  expect(await page.evaluate('window.attacked')).toBeUndefined();
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
  expect(faults).toEqual([]);
});
