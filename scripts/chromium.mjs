// The browser that the tests of the dashboard drive: the one that is there, or the system's package.
import { existsSync } from 'node:fs';
import { aptInstall } from './apt.mjs';

const PLACES = [
  // Without a window's surroundings it takes a third less of the processor.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The path of a Chromium, installed when it can be; ends this process with what to do when there is none. */
export function findChromium() {
  const chosen = process.env.BOOMGATE_CHROMIUM;
  const found = chosen ?? PLACES.find((place) => existsSync(place));
  if (found !== undefined) return found;
  if (aptInstall('chromium-headless-shell') || aptInstall('chromium')) return findChromium();
  console.error(
    'no Chromium was found, which the tests of the dashboard need: install the package chromium (Debian, Ubuntu: apt-get install chromium), or say where one is with BOOMGATE_CHROMIUM',
  );
  process.exit(2);
}
