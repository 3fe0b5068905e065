// `npm run pictures`: the pictures of docs/dashboard.md. Starts a gateway of its own on this machine, with real servers, real
// agents and people who work with them, and takes what a browser shows. Pictures whose page is not there fail the run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from './chromium.mjs';
import { packed } from './pictures/packed.mjs';
import { buildDashboard, ROOT, run, setUp } from './setup.mjs';

const FOLDER = join(ROOT, 'docs', 'pictures');
/** Pixels: what a page of documents shows without making it smaller. */
const WIDTH = 1280;
/** Pixels, tried one after the other until a picture is small enough. */
const HEIGHTS = [860, 760, 660, 560];
/** Bytes of one picture: the repository carries each version of it. */
const BYTES_MAX = 120_000;
/** As many as a reader looks at. */
const PICTURES_MAX = 8;
/** Milliseconds for a page to show what it has. */
const PAGE_MS = 20_000;
/** Milliseconds for which nothing may be loading: what loads says so only a moment after it began. */
const QUIET_MS = 1_000;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'];

/** By the names of their files; `dark` shows that there is a dark one. */
const picturesOf = ({ approval, proposal }) => [
  { name: 'overview', path: '/' },
  { name: 'server', path: '/servers/memory' },
  { name: 'policy', path: '/policies/careful?at=tool:create_entities' },
  { name: 'approval', path: `/approvals/${approval}` },
  { name: 'log', path: '/log' },
  { name: 'proposal', path: `/proposals/${proposal}` },
  { name: 'catalogue-tool', path: '/catalogue/comfyui/comfy_cancel_generation', isDark: true },
  { name: 'attacks', path: '/attacks' },
];

const node = setUp();
// The gateway is TypeScript, which the project's own Node runs as it is.
if (process.execPath !== node) run(node, [join(ROOT, 'scripts', 'pictures.mjs')]);
else await takeAll();

async function takeAll() {
  buildDashboard(node);
  const executablePath = findChromium();
  const { openWorld } = await import('./pictures/world.mjs');
  const { chromium } = await import('playwright-core');
  const data = mkdtempSync(join(tmpdir(), 'boomgate-pictures-'));
  const world = await openWorld(data);
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    const page = await signedIn(browser, world);
    const pictures = picturesOf(world);
    if (pictures.length > PICTURES_MAX) throw new Error(`expected at most ${PICTURES_MAX} pictures`);
    for (const picture of pictures) await take(page, picture);
  } finally {
    await browser.close();
    await world.close();
    rmSync(data, { recursive: true, force: true });
  }
}

async function signedIn(browser, { email, password, url }) {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: WIDTH, height: HEIGHTS[0] },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PAGE_MS);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  return page;
}

async function take(page, { isDark = false, name, path }) {
  await page.emulateMedia({ colorScheme: isDark ? 'dark' : 'light' });
  await page.goto(path);
  const heading = page.getByRole('heading', { level: 1 });
  await heading.waitFor();
  await page.waitForFunction((quietMs) => {
    const isLoading = /^Loading /m.test(document.querySelector('main')?.innerText ?? '');
    if (isLoading) globalThis.quietSinceMs = undefined;
    else globalThis.quietSinceMs ??= performance.now();
    return !isLoading && performance.now() - globalThis.quietSinceMs > quietMs;
  }, QUIET_MS);
  // What failed says so; what is not there says so as well.
  const shown = await heading.innerText();
  const isMissing = shown === 'There is no such page' || shown === 'Something went wrong';
  if (isMissing || (await page.getByRole('alert').count()) > 0)
    throw new Error(`expected a page at ${path}, found "${shown}"`);
  for (const height of HEIGHTS) {
    await page.setViewportSize({ width: WIDTH, height });
    const bytes = packed(await page.screenshot());
    if (bytes.length > BYTES_MAX) continue;
    writeFileSync(join(FOLDER, `${name}.png`), bytes);
    console.log(`${name}.png: ${WIDTH} × ${height}, ${Math.round(bytes.length / 1000)} kB`);
    await page.setViewportSize({ width: WIDTH, height: HEIGHTS[0] });
    return;
  }
  throw new Error(
    `expected a picture of ${path} with at most ${BYTES_MAX} bytes, found more at every height`,
  );
}
