import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { FIXTURE_KINDS, type FixtureKind } from './fixture/index.ts';

/** The frozen requirement sets of the conformance suite, by the revision that the agent's side speaks. */
const REVISIONS = ['2025-11-25', '2026-07-28'] as const;
export type Revision = (typeof REVISIONS)[number];

/** A kind of server behind the gateway, and the revision that is spoken in front of it. */
export type Pair = { readonly name: string; readonly upstream: FixtureKind; readonly revision: Revision };

export const PAIRS: readonly Pair[] = FIXTURE_KINDS.flatMap((upstream) =>
  REVISIONS.map((revision) => ({ name: `${upstream}/${revision}`, upstream, revision })),
);

/** The suite does not score these because its own fixture fails them; ours passes them, so the gateway must too. */
const REQUIRED_TOO: Readonly<Record<Revision, readonly string[]>> = {
  '2025-11-25': [],
  '2026-07-28': ['http-header-validation', 'http-custom-header-server-validation'],
};

export const SUITE = fileURLToPath(
  new URL('../../../../node_modules/@modelcontextprotocol/conformance/', import.meta.url),
);

/** The scenarios that a pair must pass: those that the suite scores for a server, and those that we require. */
export function scenariosOf(revision: Revision): readonly string[] {
  // The file belongs to the pinned suite; its shape is checked by what is done with it.
  const document = parse(readFileSync(`${SUITE}requirements/${revision}.yaml`, 'utf8')) as {
    server: readonly string[];
  };
  return [...document.server, ...REQUIRED_TOO[revision]];
}
