import { basename } from 'node:path';
import type { ScannedTarget, ScanTarget } from './contract.ts';

/** What stands in the place of an argument that could be a credential. */
export const HIDDEN = '***';
/** An option, a file, a package or a word; anything longer or stranger may be a secret. */
const PLAIN = /^[\w@./:~^=,-]{1,120}$/;
/** What follows such an option, or stands behind its `=`. */
const SECRET_OPTION = /(?:key|token|secret|passw|auth|credential|header|bearer|cookie|dsn|connection)/i;
export const isSecretName = (name: string): boolean => SECRET_OPTION.test(name);
/** A run of letters and digits as keys have them. */
const KEY_LIKE = /(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}/;
const KEY_PREFIX = /^(?:sk|pk|rk|ghp|gho|ghs|glpat|github_pat|xox[abp]|npm|hf|AKIA|eyJ)[-_]?\w{8,}/;

/** A target as it may stand in a report. */
export function shownTarget({ target }: ScanTarget): ScannedTarget {
  if (target.kind === 'npm') return { kind: 'npm', spec: target.spec, args: shownArgs(target.args) };
  if (target.kind === 'http') return { kind: 'http', url: shownUrl(target.url) };
  return { kind: 'command', command: basename(target.command), args: shownArgs(target.args) };
}

/** Origin and path; a query may hold a key, and a part of a path that looks like one is hidden. */
function shownUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return HIDDEN;
  const path = url.pathname.split('/').map((part) => (looksSecret(part) ? HIDDEN : part));
  return `${url.origin}${path.join('/')}${url.search === '' ? '' : `?${HIDDEN}`}`;
}

function shownArgs(args: readonly string[]): readonly string[] {
  return args.map((arg, index) => {
    const before = args[index - 1];
    const isValue = before?.startsWith('-') === true && !before.includes('=') && SECRET_OPTION.test(before);
    if (isValue && !arg.startsWith('-')) return HIDDEN;
    if (/^https?:\/\//i.test(arg)) return shownUrl(arg);
    const equals = arg.indexOf('=');
    const name = arg.slice(0, Math.max(0, equals));
    if (PLAIN.test(name) && SECRET_OPTION.test(name)) return `${name}=${HIDDEN}`;
    return PLAIN.test(arg) && !looksSecret(arg) && !arg.includes('://') ? arg : HIDDEN;
  });
}

/** Packages and paths have long parts too, but not of one run of letters and digits. */
export function looksSecret(text: string): boolean {
  return text
    .split(/[/@=:,.]/)
    .some((part) => KEY_PREFIX.test(part) || (KEY_LIKE.test(part) && !isWords(part)));
}

/** `server-everything-2026` is words; what mixes digits into them is not. */
function isWords(part: string): boolean {
  return part.split(/[-_]/).every((word) => /^(?:[A-Za-z]{1,20}\d{0,4}|\d{1,8})$/.test(word));
}
