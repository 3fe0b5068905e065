import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Clock, runProgram } from '../upstreams/index.ts';
import { INSTALL_MEMORY_BYTES, INSTALL_MS, OUTPUT_BYTES } from './bounds.ts';
import type { Failure, FailureCode, NpmTarget } from './contract.ts';
import { type Command, commandOf, factsOf, type Manifest, readManifest } from './manifest.ts';
import { readSpec } from './npm-name.ts';
import type { Place } from './place.ts';
import { nothingSeen, noting, type Seen } from './seen.ts';

type Installed =
  | {
      readonly ok: true;
      readonly package: string;
      readonly facts: Manifest;
      readonly program: Command & { ok: true };
    }
  | { readonly ok: false; readonly failure: Failure; readonly seen: Seen; readonly package?: string };

type InstallOptions = {
  readonly caller: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
};

/** Nothing of the package runs; git dependencies are not fetched, as git can be made to run programs. */
const FLAGS = [
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-package-lock',
  '--no-update-notifier',
  '--omit=dev',
  '--loglevel=error',
  '--fetch-retries=1',
  '--logs-max=0',
  '--git=git-is-not-used',
];

/** Where npm finds its registry, and its way there. Nothing else of the caller reaches it. */
const FOR_NPM = /^(?:npm_config_\w+|https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_(?:file|dir))$/i;

/** Installs a package into the place, without running anything of it, and finds its command. */
export async function installPackage(
  { spec, args }: NpmTarget,
  place: Place,
  { caller, signal, clock }: InstallOptions,
): Promise<Installed> {
  const seen = nothingSeen();
  const wanted = readSpec(spec);
  if (wanted === undefined) {
    const message = `expected NAME or NAME@VERSION of the npm registry, found ${JSON.stringify(spec.slice(0, 80))}`;
    return { ok: false, failure: { code: 'bad_package_name', message }, seen };
  }
  const root = join(place.mark, 'package');
  await mkdir(root);
  await writeFile(join(root, 'package.json'), '{"private":true}\n');
  const target = {
    kind: 'stdio',
    ...npmProgram(),
    env: { ...npmVariables(caller), ...place.variables },
    cwd: root,
  } as const;
  const late = new AbortController();
  const cancelLate = clock.after(INSTALL_MS, () => late.abort());
  const ran = await runProgram(
    { ...target, args: [...target.args, 'install', ...FLAGS, '--', spec] },
    {
      environment: { ...place.environment, HOME: caller['HOME'] },
      confinement: {
        memoryBytes: INSTALL_MEMORY_BYTES,
        outputBytes: OUTPUT_BYTES,
        mark: place.mark,
        signal: AbortSignal.any([signal, late.signal]),
        report: noting(seen),
      },
      clock,
    },
  );
  cancelLate();
  // What npm writes beside a code that is understood says no more.
  const failed = (failure: Failure): Installed => {
    const worthTelling = failure.code === 'install_failed' ? seen : nothingSeen();
    return { ok: false, failure, seen: worthTelling, package: wanted.name };
  };
  if (signal.aborted) return failed({ code: 'cancelled', message: 'the scan was ended before its time' });
  if (late.signal.aborted)
    return failed({ code: 'timed_out', message: `npm did not install it within ${INSTALL_MS / 1_000} s` });
  if (!ran.ok) return failed(installFailure(wanted.name, ran.how, seen));
  const folder = join(root, 'node_modules', wanted.name);
  const manifest = await readManifest(folder);
  if (manifest === undefined)
    return failed({ code: 'install_failed', message: 'expected a package.json in the package, found none' });
  const program = await commandOf(wanted.name, folder, manifest);
  if (!program.ok) return failed({ code: 'no_command', message: program.message });
  return {
    ok: true,
    package: wanted.name,
    facts: factsOf(manifest),
    program: { ...program, args: [...program.args, ...args] },
  };
}

/** On Windows npm is a batch file, which only a shell starts: there its script is run beside Node itself. */
function npmProgram(): { readonly command: string; readonly args: readonly string[] } {
  if (process.platform !== 'win32') return { command: 'npm', args: [] };
  const script = join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return { command: process.execPath, args: [script] };
}

function npmVariables(caller: InstallOptions['caller']): Record<string, string> {
  const entries = Object.entries(caller).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && FOR_NPM.test(entry[0]),
  );
  return Object.fromEntries(entries);
}

/** What npm's own codes mean; everything else is told as it is. */
const CODES: Readonly<Record<string, FailureCode>> = {
  E404: 'no_such_package',
  ETARGET: 'no_such_package',
  E401: 'needs_credentials',
  E403: 'needs_credentials',
  ENOTFOUND: 'registry_unreachable',
  EAI_AGAIN: 'registry_unreachable',
  ECONNREFUSED: 'registry_unreachable',
  ECONNRESET: 'registry_unreachable',
  EHOSTUNREACH: 'registry_unreachable',
  ENETUNREACH: 'registry_unreachable',
  ETIMEDOUT: 'registry_unreachable',
  ERR_SOCKET_TIMEOUT: 'registry_unreachable',
  SELF_SIGNED_CERT_IN_CHAIN: 'registry_unreachable',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'registry_unreachable',
};

const WORDS: Partial<Record<FailureCode, string>> = {
  no_such_package: 'the registry has no such package or version',
  needs_credentials: 'the registry wants credentials for this package',
  registry_unreachable: 'the npm registry cannot be reached',
};

function installFailure(name: string, how: string, { stderr, over }: Seen): Failure {
  if (over === 'memory') return { code: 'too_much_memory', message: `npm ${how}` };
  const npmCode = stderr.map((line) => /^npm (?:error|ERR!) code (\w+)/.exec(line)?.[1]).find(Boolean) ?? '';
  const code = CODES[npmCode] ?? 'install_failed';
  const words = WORDS[code] ?? 'npm could not install it';
  return { code, message: `${name}: ${words} (npm ${how}${npmCode === '' ? '' : `, ${npmCode}`})` };
}
