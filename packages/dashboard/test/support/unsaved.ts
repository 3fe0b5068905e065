import type { Browser, Page } from 'playwright-core';
import { expectOk, type Office } from '../../../server/test/support/people.ts';
import { type Desk, pasteDocument } from './browser.ts';
import { deskOf } from './desk.ts';

export const documentOf = (tool: string) => `{"version":"1","default":"deny","tools":{"${tool}":{}}}`;

/** A page on which a new policy of that name stands, with a text that nobody has saved: `documentOf('mine')`. */
export async function openUnsaved(browser: Browser, office: Office, name: string): Promise<Desk> {
  expectOk(await office.admin.client.policies.create({ body: { name, document: documentOf('first') } }));
  const desk = await deskOf(browser, office, office.admin);
  await desk.page.goto(`/policies/${name}?view=json`);
  await pasteDocument(desk.page, documentOf('mine'));
  return desk;
}

export const save = (page: Page) => page.getByRole('button', { name: 'Save as a new version' }).click();
