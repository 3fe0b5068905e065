import { PACKAGE_CHARACTERS, VERSION_CHARACTERS } from './bounds.ts';

type PackageSpec = { readonly name: string; readonly version?: string };

const NAME = /^(?:@[A-Za-z0-9~_-][A-Za-z0-9._~-]*\/)?[A-Za-z0-9~][A-Za-z0-9._~-]*$/;
/** An exact version or a tag. Ranges would need quoting in reports, and addresses are not versions. */
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

/** A name of the registry with or without a version; undefined for addresses, folders, options and the like. */
export function readSpec(spec: string): PackageSpec | undefined {
  const at = spec.indexOf('@', 1);
  const name = at === -1 ? spec : spec.slice(0, at);
  if (name.length > PACKAGE_CHARACTERS || !NAME.test(name)) return undefined;
  if (at === -1) return { name };
  const version = spec.slice(at + 1);
  return version.length <= VERSION_CHARACTERS && VERSION.test(version) ? { name, version } : undefined;
}
