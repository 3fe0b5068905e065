import { join } from 'node:path';
import { createServer } from 'vite';
import { type Desk, openBrowser, openDesk } from './browser.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Milliseconds that the page may take at first: the dev server then bundles what the page depends on. */
const FIRST_MS = 45_000;

/** The dashboard as `npm run dev` serves it where no gateway is named, at a page with its heading. */
export async function deskWithoutGateway(path: string): Promise<AsyncDisposable & { readonly desk: Desk }> {
  delete process.env['BOOMGATE_URL'];
  const vite = await createServer({
    root: ROOT,
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1' },
  });
  await vite.listen();
  const browser = await openBrowser();
  const desk = await openDesk(browser, vite.resolvedUrls?.local[0] ?? '');
  await desk.page.goto(path);
  await desk.page.getByRole('heading', { level: 1 }).waitFor({ timeout: FIRST_MS });
  return {
    desk,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await vite.close();
    },
  };
}
