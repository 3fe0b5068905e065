import { expect, it } from 'vitest';
import { deviceOf } from './device.ts';

const KIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const APPLE = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)';
const ANDROID = 'Mozilla/5.0 (Linux; Android 10; K)';

it.each([
  ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  ['Firefox on Android', 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0'],
  ['Firefox on iPhone', `${IPHONE} ${APPLE} FxiOS/140.0 Mobile/15E148 Safari/605.1.15`],
  ['Chrome on Windows', `${WINDOWS} ${KIT} Chrome/138.0.0.0 Safari/537.36`],
  ['Chrome on Android', `${ANDROID} ${KIT} Chrome/138.0.0.0 Mobile Safari/537.36`],
  ['Chrome on iPhone', `${IPHONE} ${APPLE} CriOS/138.0.7204.119 Mobile/15E148 Safari/604.1`],
  ['Chrome on ChromeOS', `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${KIT} Chrome/138.0.0.0 Safari/537.36`],
  ['Chrome on Linux', `Mozilla/5.0 (X11; Linux x86_64) ${KIT} HeadlessChrome/138.0.0.0 Safari/537.36`],
  ['Edge on Windows', `${WINDOWS} ${KIT} Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0`],
  ['Edge on Android', `${ANDROID} ${KIT} Chrome/138.0.0.0 Mobile Safari/537.36 EdgA/138.0.0.0`],
  ['Opera on macOS', `${MAC} ${KIT} Chrome/136.0.0.0 Safari/537.36 OPR/121.0.0.0`],
  [
    'Samsung Internet on Android',
    `${ANDROID} ${KIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
  ],
  ['Safari on macOS', `${MAC} ${APPLE} Version/18.5 Safari/605.1.15`],
  ['Safari on iPhone', `${IPHONE} ${APPLE} Version/18.5 Mobile/15E148 Safari/604.1`],
  [
    'Safari on iPad',
    `Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X) ${APPLE} Version/16.6 Mobile/15E148 Safari/604.1`,
  ],
  ['Linux', `Mozilla/5.0 (X11; Linux x86_64) ${APPLE} Version/18.0 Safari/605.1.15`],
  ['Linux', 'Wget/1.25.0 (Linux)'],
  ['Firefox', 'Firefox/140.0'],
  [undefined, 'curl/8.14.1'],
  [undefined, ''],
  [undefined, undefined],
  [undefined, `${'x'.repeat(512)} Firefox/140.0 (Linux)`],
])('a browser is %s', (device, said) => {
  expect(deviceOf(said)).toBe(device);
});

it('what is said of a browser is words of ours, whatever it says of itself', () => {
  const hostile = 'Firefox/\u202e<script>alert(1)</script>\u0007 (Linux; \u001b[2J)';
  expect(deviceOf(hostile)).toBe('Firefox on Linux');
});
