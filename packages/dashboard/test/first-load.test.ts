import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BrowserContext } from 'playwright-core';
import { expect, it } from 'vitest';
import { bootOffice } from '../../server/test/support/people.ts';
import { openBrowser, openDesk } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { crowding } from './support/crowding.ts';
import { deskOf } from './support/desk.ts';
import { firstInput, type Taking } from './support/first-input.ts';

/** Bytes of compressed script before the first page is there: a second or two on a slow mobile line. */
const FIRST_LOAD_MAX = 250_000;

const textOf = (name: string): string => readFileSync(join(DASHBOARD, 'assets', name), 'utf8');
const scripts = readdirSync(join(DASHBOARD, 'assets')).filter((name) => name.endsWith('.js'));

/** Scripts with everything that they import before they run. */
function closureOf(names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const [, imported = ''] of textOf(name).matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g))
      visit(imported);
  };
  names.forEach(visit);
  return found;
}

const page = readFileSync(join(DASHBOARD, 'index.html'), 'utf8');
const entries = [...page.matchAll(/\/assets\/([\w.-]+\.js)/g)].map(([, name = '']) => name);
const overview = scripts.filter((name) => name.startsWith('overview-'));
const first = closureOf([...entries, ...overview]);

it(`the first load has at most ${FIRST_LOAD_MAX} bytes of compressed script`, () => {
  expect(overview).toHaveLength(1);
  const bytes = [...first].map((name) => gzipSync(textOf(name), { level: 9 }).length);
  const total = bytes.reduce((sum, one) => sum + one, 0);
  console.log(`first load: ${total} bytes in ${first.size} scripts`);
  expect(total).toBeLessThanOrEqual(FIRST_LOAD_MAX);
});

it('neither the editor nor the engine is part of it, and both are there', () => {
  const marks = {
    editor: 'cm-tooltip-autocomplete',
    engine: 'unevaluatedProperties',
    regex: 'invalid nested repetition operator',
  };
  for (const [what, mark] of Object.entries(marks)) {
    expect(
      [...first].filter((name) => textOf(name).includes(mark)),
      what,
    ).toEqual([]);
    expect(scripts.filter((name) => textOf(name).includes(mark)).length, what).toBeGreaterThan(0);
  }
});

it('the world without a gateway is in no script', () => {
  expect(scripts.filter((name) => /a world in memory|pictures-by-day/.test(textOf(name)))).toEqual([]);
});

/** Milliseconds from a navigation until the page takes input: what people wait for without turning away. */
const INTERACTIVE_MS = 1_500;
/** First visits at most, until one is quick enough: a single one may meet anything. */
const VISITS_MAX = 5;
/** Milliseconds: that many visits of a page that is far too slow. */
const SLOW_MS = 120_000;

const FORM: Taking = {
  path: '/sign-in',
  appears: 'input[type="email"]',
  key: 'x',
  // The form keeps what is typed itself: without its script the next drawing would not have it.
  isTaken: `document.querySelector('input[type="email"]').value === 'x'`,
};
const OVERVIEW: Taking = {
  path: '/',
  appears: 'h1',
  key: '?',
  isTaken: `document.querySelector('[role="dialog"]') !== null`,
};

/**
 * Interactive is the later of two moments, both counted from the navigation in a browser without cache: that at which a key typed as
 * soon as there is something to type into has its effect (a letter in the form, the help over the overview), and the end of the last
 * task of over 50 ms before half a second of quiet, since a page within one answers nobody. The browser itself runs already. Time that
 * others took of the processor meanwhile is not the page's: on a machine that does nothing else the clock alone counts.
 */
async function interactiveMs(context: BrowserContext, taking: Taking): Promise<number> {
  const before = crowding();
  const { answeredMs, busyUntilMs } = await firstInput(context, taking);
  return Math.round(Math.max(answeredMs, busyUntilMs) / Math.min(before, crowding()));
}

it(`the sign-in form and the overview take input within ${INTERACTIVE_MS} ms of a first visit`, {
  timeout: SLOW_MS,
}, async () => {
  await using office = await bootOffice({ dashboard: DASHBOARD });
  const browser = await openBrowser();
  const desks = {
    'sign-in': [() => openDesk(browser, office.gateway.url), FORM],
    overview: [() => deskOf(browser, office, office.admin), OVERVIEW],
  } as const;
  for (const [name, [open, taking]] of Object.entries(desks)) {
    const took: number[] = [];
    while (took.length < VISITS_MAX && Math.min(...took) > INTERACTIVE_MS) {
      const { context, faults } = await open();
      took.push(await interactiveMs(context, taking));
      expect(faults).toEqual([]);
      await context.close();
    }
    console.log(`interactive, ${name}: ${took.join(', ')} ms`);
    expect(Math.min(...took), name).toBeLessThanOrEqual(INTERACTIVE_MS);
  }
  await browser.close();
});
