import { SCOPE_LENGTH_MAX, SCOPES_MISSED_MAX } from '../bounds.ts';

/** What a server says of how one signs in there, and why what was presented is refused (RFC 6750 §3, RFC 9728 §5.1). */
export type Challenge = {
  readonly resourceMetadata?: string;
  readonly scopes?: readonly string[];
  readonly error?: string;
};

const parameter = /([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y;
/** Scopes are visible ASCII without quote and backslash (RFC 6749 §3.3). */
const scope = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Reads the parameters of the first `Bearer` challenge of a header; undefined where there is none. */
export function readChallenge(header: string | undefined): Challenge | undefined {
  const begin = /(?:^|,)\s*bearer(?=\s|,|$)/i.exec(header ?? '');
  if (header === undefined || begin === null) return undefined;
  const found = new Map<string, string>();
  let rest = header.slice(begin.index + begin[0].length);
  for (;;) {
    rest = rest.replace(/^[\s,]+/, '');
    parameter.lastIndex = 0;
    const match = parameter.exec(rest);
    if (match === null) break;
    const [whole, name = '', quoted, plain = ''] = match;
    // The first counts: what comes again was put there by somebody else.
    if (!found.has(name.toLowerCase()))
      found.set(name.toLowerCase(), quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1'));
    rest = rest.slice(whole.length);
  }
  const resourceMetadata = found.get('resource_metadata');
  const scopes = scopesIn(found.get('scope'));
  const error = found.get('error');
  return {
    ...(error === undefined ? {} : { error }),
    ...(resourceMetadata === undefined ? {} : { resourceMetadata }),
    ...(scopes.length === 0 ? {} : { scopes }),
  };
}

/**
 * The scopes that a server misses in a token, by what it says with HTTP 403 (RFC 6750 §3.1): may be none, and are no more and no longer
 * than are kept. Undefined where that is not why it refused.
 */
export function scopesMissed(header: string | undefined): readonly string[] | undefined {
  const challenge = readChallenge(header);
  if (challenge?.error !== 'insufficient_scope') return undefined;
  const { scopes = [] } = challenge;
  return scopes.filter((one) => one.length <= SCOPE_LENGTH_MAX).slice(0, SCOPES_MISSED_MAX);
}

/** The scopes of a text that are some. */
export function scopesIn(text: string | undefined): readonly string[] {
  return [...new Set((text ?? '').split(' ').filter((one) => scope.test(one)))];
}
