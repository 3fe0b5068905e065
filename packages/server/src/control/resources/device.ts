/** Characters of a header that are looked at: browsers say some hundred and fifty. */
const LOOKED_AT = 512;

/** Each says the words of those below it too, so that the first that fits is the one. */
const BROWSERS = [
  [/\bEdg(?:A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|OPiOS)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Headless)?(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
] as const;

const SYSTEMS = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows NT\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
] as const;

/** Where Safari runs; other browsers borrow its name. */
const OF_APPLE: ReadonlySet<string | undefined> = new Set(['iPhone', 'iPad', 'macOS']);

/**
 * A browser and its system, as its `User-Agent` has them, such as "Firefox on Linux": in words of ours alone, whatever it says. Undefined where
 * neither is known. It is what somebody said of themselves, for a person to tell sessions apart, and decides nothing.
 */
export function deviceOf(userAgent: string | undefined): string | undefined {
  const text = userAgent?.slice(0, LOOKED_AT) ?? '';
  const system = nameIn(SYSTEMS, text);
  const browser = nameIn(BROWSERS, text);
  const isBorrowed = browser === 'Safari' && !OF_APPLE.has(system);
  const known = [isBorrowed ? undefined : browser, system].filter((one) => one !== undefined);
  return known.length === 0 ? undefined : known.join(' on ');
}

function nameIn(words: typeof BROWSERS | typeof SYSTEMS, text: string): string | undefined {
  return words.find(([word]) => word.test(text))?.[1];
}
