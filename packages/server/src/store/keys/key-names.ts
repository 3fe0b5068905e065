/** The version of the vault's first master key. */
export const FIRST_VERSION = 1;
/** A sealed text has two bytes for it. */
export const VERSION_MAX = 65_535;

const NAME = /^vault(?::([1-9]\d{0,4}))?$/;

/** What a version of the master key is called in the file of keys: the first as if it were the only one. */
export function keyName(version: number): string {
  return version === FIRST_VERSION ? 'vault' : `vault:${version}`;
}

/** The version that a name stands for; undefined for keys of other purposes. */
export function versionOf(name: string): number | undefined {
  const found = NAME.exec(name);
  if (found === null) return undefined;
  const version = Number(found[1] ?? FIRST_VERSION);
  return version <= VERSION_MAX && keyName(version) === name ? version : undefined;
}

/** The versions that a file of keys holds, oldest first. */
export function versionsIn(content: Readonly<Record<string, unknown>>): readonly number[] {
  const found = Object.keys(content).flatMap((name) => versionOf(name) ?? []);
  return found.sort((one, other) => one - other);
}

/** A version that is needed and not there, by its name. A version that seals nothing any more is not needed. */
export function missingVersion(
  content: Readonly<Record<string, unknown>>,
  { inUse, sealedWith }: { readonly inUse: ReadonlySet<string>; readonly sealedWith: ReadonlySet<number> },
): string | undefined {
  const there = versionsIn(content);
  const noted = [...inUse].find((name) => versionOf(name) !== undefined);
  if (there.length === 0) return noted;
  const lost = [...sealedWith].find((version) => !there.includes(version));
  return lost === undefined ? undefined : keyName(lost);
}
