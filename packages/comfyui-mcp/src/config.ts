import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { z } from 'zod';
import { REQUEST_TIMEOUT_MS } from './limits.ts';

/** What this server is told about the ComfyUI that it serves. */
export type Config = {
  readonly comfyUrl: URL;
  readonly timeoutMs: number;
  /** ComfyUI's folders when they are on this machine; what is not named goes through ComfyUI's HTTP API. */
  readonly inputDir: string | undefined;
  readonly outputDir: string | undefined;
  readonly modelsDir: string | undefined;
  /** Where saved workflows are kept. */
  readonly workflowsDir: string;
  /** Folders that images may be uploaded from; without any, uploads are off. */
  readonly uploadDirs: readonly string[];
};

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problem: string };

export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of the environment; a flag of the same meaning comes before it. */
export const VARIABLES = {
  url: 'COMFYUI_URL',
  timeout: 'COMFYUI_TIMEOUT',
  input: 'COMFYUI_INPUT_DIR',
  output: 'COMFYUI_OUTPUT_DIR',
  models: 'COMFYUI_MODELS_DIR',
  workflows: 'COMFYUI_WORKFLOWS_DIR',
  uploads: 'COMFYUI_UPLOAD_DIRS',
} as const;
export type Flags = { readonly [K in keyof typeof VARIABLES]?: string | undefined };

const DEFAULT_URL = 'http://127.0.0.1:8188';
const MAX_TIMEOUT_S = 600;
const timeout = z.coerce.number().positive().max(MAX_TIMEOUT_S);

/** Reads flags and environment; says what is wrong with them. */
export function readConfig(flags: Flags, env: Environment, platform: NodeJS.Platform): ConfigResult {
  const given = (name: keyof typeof VARIABLES): string | undefined =>
    (flags[name] ?? env[VARIABLES[name]])?.trim() || undefined;
  const folder = (name: keyof typeof VARIABLES): string | undefined => {
    const value = given(name);
    return value === undefined ? undefined : resolve(value);
  };
  const address = given('url') ?? DEFAULT_URL;
  const comfyUrl = URL.parse(address);
  if (comfyUrl === null || !/^https?:$/.test(comfyUrl.protocol))
    return wrong('COMFYUI_URL', `an address such as ${DEFAULT_URL}`, address);
  const seconds = timeout.safeParse(given('timeout') ?? REQUEST_TIMEOUT_MS / 1000);
  if (!seconds.success)
    return wrong('COMFYUI_TIMEOUT', `seconds between 0 and ${MAX_TIMEOUT_S}`, given('timeout') ?? '');
  const uploads = (given('uploads') ?? '').split(delimiter).filter((each) => each.trim() !== '');
  return {
    ok: true,
    config: {
      comfyUrl,
      timeoutMs: seconds.data * 1000,
      inputDir: folder('input'),
      outputDir: folder('output'),
      modelsDir: folder('models'),
      workflowsDir: folder('workflows') ?? join(dataFolder(env, platform), 'workflows'),
      uploadDirs: uploads.map((each) => resolve(each.trim())),
    },
  };
}

/** Where programs of a person keep their data on this system. */
function dataFolder(env: Environment, platform: NodeJS.Platform): string {
  const home = homedir();
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'boomgate-comfyui');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'boomgate-comfyui');
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'boomgate-comfyui');
}

function wrong(variable: string, expected: string, found: string): ConfigResult {
  return { ok: false, problem: `expected ${variable} to be ${expected}, found "${found}"` };
}
