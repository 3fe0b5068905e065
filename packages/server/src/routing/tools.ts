import type { Recommendation, Severity, ToolClass } from '@boomgate/catalogue';
import type { DeclaredServer } from '../clients/index.ts';
import { type Environment, serverSettings } from '../config/index.ts';
import type { UnownedSettings } from '../upstreams/index.ts';

/** A tool as its server offers it, classified. */
export type Tool = { readonly name: string; readonly class: ToolClass; readonly severity: Severity };

export type ToolsFound =
  | { readonly ok: true; readonly tools: readonly Tool[]; readonly recommended: Recommendation }
  /** `reason` holds no credential and no address. */
  | { readonly ok: false; readonly reason: string };

/** Asks a server for its tools, which starts it. Never rejects. */
export type ToolsOf = (settings: UnownedSettings) => Promise<ToolsFound>;

export type SettingsResult =
  | { readonly ok: true; readonly settings: UnownedSettings }
  | { readonly ok: false; readonly reason: string };

/** How a declared server is started or connected to as its client would, with the values of this environment. */
export function settingsOf(
  { target }: Pick<DeclaredServer, 'target'>,
  slug: string,
  environment: Environment,
): SettingsResult {
  if (target.kind === 'unclear') return { ok: false, reason: target.reason };
  const problems: string[] = [];
  const entry =
    target.kind === 'stdio'
      ? {
          command: target.command,
          args: [...target.args],
          env: { ...target.env },
          ...(target.cwd === undefined ? {} : { cwd: target.cwd }),
        }
      : {
          url: target.url,
          headers: { ...target.headers },
          ...(target.transport === undefined ? {} : { type: target.transport }),
        };
  const settings = serverSettings(entry, {
    slug,
    environment,
    allowPrivate: true,
    report: (key, message) => problems.push(key === '' ? message : `${key.split('/')[0]}: ${message}`),
  });
  if (settings !== undefined) return { ok: true, settings };
  return { ok: false, reason: problems[0] ?? 'it cannot be read' };
}
