import { openFile } from './open-file.ts';
import { slugOf } from './server-entry.ts';

export type DeclaredNames =
  | {
      readonly ok: true;
      readonly servers: readonly string[];
      /** What people are shown of those that have such a text. */
      readonly titles: ReadonlyMap<string, string>;
      readonly policies: readonly string[];
      /** Whether members of the first organisation sign in by a provider alone. */
      readonly requiresProvider: boolean;
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * What a configuration file calls its servers, those aside that are disabled, its policies, and how people sign in. Resolves no reference: it also answers
 * where the variables of the gateway are not set.
 */
export async function declaredNames(path: string): Promise<DeclaredNames> {
  const opened = await openFile(path);
  if (!opened.ok) return opened;
  const { mcpServers, policies, servers, signIn } = opened.file;
  const entries = [mcpServers, servers]
    .flatMap((section) => Object.entries(section ?? {}))
    .filter(([, { disabled }]) => disabled !== true);
  const titled = entries.flatMap(([name, { title }]) =>
    title === undefined ? [] : [[slugOf(name), title] as const],
  );
  return {
    ok: true,
    servers: entries.map(([name]) => slugOf(name)),
    titles: new Map(titled),
    policies: Object.keys(policies ?? {}),
    requiresProvider: signIn?.only === 'providers',
  };
}
