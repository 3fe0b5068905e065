import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** With `BOOMGATE_PICTURES=1`, screenshots of every page that a test looks at come here, for people; they are not committed. */
const ARTIFACTS = join(import.meta.dirname, '../../../../artifacts/dashboard');
const TAKES_PICTURES = process.env['BOOMGATE_PICTURES'] === '1';

/** Chromium refuses its sandbox to root, and otherwise looks for hosts that it needs for nothing here. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env['BOOMGATE_CHROMIUM'] ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A person's browser: its pages, and everything that went wrong in them. */
export type Desk = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of scripts, refused resources, violations of the Content-Security-Policy. */
  readonly faults: readonly string[];
};

export async function openDesk(browser: Browser, url: string): Promise<Desk> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1280, height: 860 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // The browser itself says so of answers that the page handles, such as 401 for who is not signed in.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer) faults.push(message.text());
  });
  return { context, page, faults };
}

/** Puts a text into the editor of documents as people do: it takes a paste itself, where a browser that fills it leaves styles behind. */
export async function pasteDocument(page: Page, text: string, label = 'Document'): Promise<void> {
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.getByLabel(label, { exact: true }).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+v');
}

/** The text of the editor of documents, as who copies it out of there has it; it is shown then. */
export async function copyDocument(page: Page): Promise<string> {
  await page.getByRole('radio', { name: 'JSON' }).check();
  await page.getByLabel('Document', { exact: true }).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  return page.evaluate<string>('navigator.clipboard.readText()');
}

/** What is typed into under a label; a tab may have the same name. */
export function fieldOf(page: Page, label: string): Locator {
  return page.getByLabel(label, { exact: true }).and(page.locator('input, textarea'));
}

/** The narrow one is what a window of 1280 pixels has left at 400 % (WCAG 1.4.10). */
const WIDTHS = { wide: 1280, narrow: 320 } as const;
/** Pixels that a page is too wide, once what heeds its size has heeded it. */
const OVERFLOW = `new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(
  () => told(document.documentElement.scrollWidth - innerWidth))))`;
const ONLY_VIOLATIONS = { resultTypes: ['violations'] };
/** What axe looks for in each theme: all of it once, and in the other what colours can break. */
const THEMES = {
  light: ONLY_VIOLATIONS,
  dark: { ...ONLY_VIOLATIONS, runOnly: ['color-contrast', 'link-in-text-block'] },
} as const;

/** Looks at a page in both themes and two widths: no violation of axe, nothing wider than the window. */
export async function inspect(page: Page, name: string): Promise<void> {
  // It is large, and stays for as long as the document.
  if (await page.evaluate('window.axe === undefined')) await page.evaluate(axe.source);
  for (const [theme, options] of Object.entries(THEMES)) {
    await page.emulateMedia({ colorScheme: theme as keyof typeof THEMES }); // a cast: these are its keys
    await page.locator(`html[data-theme="${theme}"]`).waitFor({ state: 'attached' });
    for (const [width, pixels] of Object.entries(WIDTHS)) {
      await page.setViewportSize({ width: pixels, height: 860 });
      if (TAKES_PICTURES)
        await page.screenshot({ path: join(ARTIFACTS, `${name}-${theme}-${width}.png`), fullPage: true });
      const overflow = await page.evaluate<number>(OVERFLOW);
      expect(overflow, `${name} is wider than ${pixels} pixels`).toBeLessThanOrEqual(0);
    }
    // Only what people read comes over: the rest is large.
    const found = await page.evaluate<readonly string[]>(
      `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')))`,
    );
    expect(found, `${name} in ${theme}`).toEqual([]);
  }
  await page.setViewportSize({ width: WIDTHS.wide, height: 860 });
  await page.emulateMedia({ colorScheme: 'light' });
}
