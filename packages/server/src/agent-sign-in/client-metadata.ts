import { CLIENT_NAME_LENGTH_MAX } from '../limits/index.ts';

/**
 * What of a client's description counts here (RFC 7591 §2). The rest would have the library ask other machines, keep what nobody reads, or
 * refuse. Of a `web` application it would let codes travel over http to anywhere: none says of itself that it is one.
 */
const COUNTED = new Set([
  ...['client_id', 'client_name', 'redirect_uris', 'token_endpoint_auth_method'],
  // That it never comes without a key (RFC 9449 §5.2).
  'dpop_bound_access_tokens',
  // A document that has one of these is refused for it.
  ...['client_secret', 'client_secret_expires_at'],
]);

/** Lists of which one member at least is wanted; others are left away. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
};

/** The same description with what counts of it, as JSON; a text that is no object stays as it is, and is refused. */
export function countedMetadata(text: string): string {
  const given = parsed(text);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return text;
  const counted = Object.entries(given).flatMap(([name, value]: [string, unknown]) => {
    if (name === 'client_name' && typeof value === 'string')
      return [[name, value.slice(0, CLIENT_NAME_LENGTH_MAX)]];
    if (COUNTED.has(name)) return [[name, value]];
    const choice = Object.hasOwn(CHOICES, name) ? CHOICES[name] : undefined;
    return choice === undefined ? [] : [[name, chosen(value, choice)]];
  });
  return JSON.stringify(Object.fromEntries(counted));
}

/** What is none of them at all is left for who refuses it. */
function chosen(value: unknown, choice: readonly string[]): unknown {
  if (!Array.isArray(value)) return value;
  const known = value.filter((one) => choice.includes(one));
  return known.length === 0 ? value : known;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
