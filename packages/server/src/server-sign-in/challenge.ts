/** What a server says with HTTP 401 of how one signs in there (RFC 6750 §3, RFC 9728 §5.1). */
export type Challenge = { readonly resourceMetadata?: string; readonly scopes?: readonly string[] };

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
  return {
    ...(resourceMetadata === undefined ? {} : { resourceMetadata }),
    ...(scopes.length === 0 ? {} : { scopes }),
  };
}

/** The scopes of a text that are some. */
export function scopesIn(text: string | undefined): readonly string[] {
  return [...new Set((text ?? '').split(' ').filter((one) => scope.test(one)))];
}
