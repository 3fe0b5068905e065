/** The words that generated policies and calls have in common: lookalikes, and texts at the edges of what operators read. */
import type { Json } from '../src/index.ts';

export const TEXTS = [
  '',
  'a',
  'A',
  'ab',
  'aab',
  '1',
  '100',
  '1.0',
  ' 1',
  'true',
  'null',
  'ß',
  'SS',
  'ſ',
  '\u212a',
  'k',
  'İ',
  'i',
];
export const ODD_TEXTS = ['é', 'e\u0301', '😀', 'a.b', 'a*b', '(', 'a\nb'];
/** At the bound of what a counter is named by, and one past it. */
const LONG_TEXTS = ['x'.repeat(1_024), 'y'.repeat(1_025)];
export const PATHS = [
  '/srv',
  '/srv/',
  '/srv/x',
  '/srv2',
  '/srv/../etc',
  '//srv//./x',
  '\\srv\\x',
  '/srv\0',
  '/',
  'srv/x',
  'C:\\srv',
];
export const MORE_PATHS = [
  'c:/srv/x',
  'C:srv',
  '\\\\srv\\x',
  '\u212a:/srv',
  'k:/srv',
  '/\\srv',
  '/SRV/x',
  '/srv/a\\b/../../etc',
  '/srv\\..\\srv/x',
  '/etc\\..\\srv',
  '\\srv/x',
  '..',
  '/..',
];
export const HOSTS = ['a.example', '*.a.example', 'A.Example.', '127.0.0.1', '[::1]', '::1', '_x.a.example'];
export const URLS = [
  'https://a.example',
  'HTTP://x.A.example:80/y?z#',
  'https://a.example@b.c',
  'https://b.c\\@a.example/',
  'https://xa.example',
];
export const MORE_URLS = [
  'ftp://a.example',
  'http://127.0.0.1/',
  'http://127.1/',
  'http://[::1]:1',
  'http://[::ffff:127.0.0.1]',
  'https://a.example.',
];
export const LAST_URLS = [
  'http://[1.2.3.4]',
  'http://a.example:99999',
  'http://a.example:',
  'http://[::1%25x]/',
  'http://0x7f.1',
  'https://-a.example',
  'https://а.example',
  'http://a..b',
  'https:///a',
];
export const RANGES = [
  '10.0.0.0/8',
  '10.1.2.3',
  '::/0',
  'fd00::/8',
  '::ffff:10.0.0.0/104',
  '::ffff:0:0/90',
  '0.0.0.0/0',
  '1::8/128',
];
export const ADDRESSES = [
  '10.1.2.3',
  '11.0.0.1',
  '010.1.2.3',
  '::ffff:10.1.2.3',
  '::ffff:a01:203',
  'fd00::1',
  '1::2::3',
  '::',
  '1:2:3:4:5:6:7:8',
  '10.1.2',
  'fe80::1%e',
  '1::8',
];
export const NUMBERS = [
  0, -0, 1, 2, 3, 100, 100.5, -1, 0.1, 1e-7, 4.35, 1e21, 9_007_199_254_740_991, 9_007_199_254.7,
  9_007_199_255, 1e300,
];
export const BIG = ['12345678901234567890', '-12345678901234567890', '1e500', '9007199254740993'];

export const ALL_TEXTS = [
  LONG_TEXTS,
  TEXTS,
  TEXTS,
  ODD_TEXTS,
  PATHS,
  MORE_PATHS,
  HOSTS,
  URLS,
  MORE_URLS,
  LAST_URLS,
  RANGES,
  ADDRESSES,
];
export const SCALARS: readonly Json[] = [...NUMBERS, ...TEXTS, true, false];
/** A policy is written in numbers that every reader reads alike. */
export const isWritable = (value: Json) =>
  typeof value !== 'number' || Math.abs(value) < 1e10 || Number.isSafeInteger(value);
export const KEYS = ['a', 'b', 'length', 'rawJSON', 'x y'];
export const ARGUMENTS = ['a', 'b', 'c', 'list', 'amount', 'x y', 'constructor'];
