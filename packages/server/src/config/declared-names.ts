import { openFile } from './open-file.ts';
import { slugOf } from './server-entry.ts';

export type DeclaredNames =
  | { readonly ok: true; readonly servers: readonly string[]; readonly policies: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * What a configuration file calls its servers, those aside that are disabled, and its policies. Resolves no reference: it also answers
 * where the variables of the gateway are not set.
 */
export async function declaredNames(path: string): Promise<DeclaredNames> {
  const opened = await openFile(path);
  if (!opened.ok) return opened;
  const { mcpServers, policies, servers } = opened.file;
  const entries = [mcpServers, servers].flatMap((section) => Object.entries(section ?? {}));
  return {
    ok: true,
    servers: entries.flatMap(([name, { disabled }]) => (disabled === true ? [] : [slugOf(name)])),
    policies: Object.keys(policies ?? {}),
  };
}
