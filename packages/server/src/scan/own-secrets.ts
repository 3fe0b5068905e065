import type { Json } from '@boomgate/engine';
import type { HttpTarget, Listing, StdioTarget, UpstreamDescription } from '../upstreams/index.ts';
import { HIDDEN, isSecretName, looksSecret } from './shown-target.ts';

/** Characters of a value that is too short to be a credential, and stands in too many texts. */
const SECRET_CHARACTERS = 8;

/** The credentials that a server is given: it knows them, and its texts must not carry them into a report. */
export function secretsOf(target: HttpTarget | StdioTarget): readonly string[] {
  const values =
    target.kind === 'http'
      ? Object.values(target.headers).flatMap((value) => [value, ...value.split(' ')])
      : Object.entries(target.env)
          .filter(([name, value]) => isSecretName(name) || looksSecret(value))
          .map(([, value]) => value);
  return values.filter((value) => value.length >= SECRET_CHARACTERS);
}

type Told = { readonly description: UpstreamDescription; readonly listing: Listing };

/** What a server told, without these texts; the very same where it holds none. */
export function withoutSecrets({ description, listing }: Told, secrets: readonly string[]): Told {
  const hide = <T extends Json>(value: T): T => hidden(value, secrets);
  const { instructions } = description;
  return {
    description: {
      ...description,
      serverInfo: hide(description.serverInfo),
      ...(instructions === undefined ? {} : { instructions: hide(instructions) }),
    },
    listing: {
      ...listing,
      byKey: new Map([...listing.byKey].map(([key, item]) => [hide(key), hide(item)])),
      dropped: listing.dropped.map(({ key, reason }) => ({ key: hide(key), reason })),
    },
  };
}

function hidden<T extends Json>(value: T, secrets: readonly string[]): T {
  const text = JSON.stringify(value);
  const found = secrets
    .map((secret) => JSON.stringify(secret).slice(1, -1))
    .filter((one) => text.includes(one));
  if (found.length === 0) return value;
  // Texts are replaced within texts, so that the shape stays what it was.
  return JSON.parse(found.reduce((left, one) => left.replaceAll(one, HIDDEN), text)) as T;
}
