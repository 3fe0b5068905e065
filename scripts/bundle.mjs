// `npm run bundle [-- PACKAGE…]`: installs each package of the list without running its scripts, scans it, and writes what its server
// said into the bundled entries. Named packages only, where any are named. A package that cannot be scanned keeps the entry
// that it had. Nothing is written by hand there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, run, setUp } from './setup.mjs';

const FOLDER = join(ROOT, 'packages', 'catalogue', 'entries');
const LIST = join(FOLDER, 'packages.txt');
const ENTRIES = join(FOLDER, 'servers.ndjson');
const DOCUMENT = join(ROOT, 'docs', 'catalogue.md');
/** Licences under which others may pass the definitions on. */
const PERMISSIVE =
  /^\(?(?:MIT|MIT-0|Apache-2\.0|ISC|0?BSD|BSD-[23]-Clause|0BSD|Unlicense|CC0-1\.0|BlueOak-1\.0\.0)\)?$/i;
/** Bytes of one entry: a server with more says more than a bundle can carry. */
const MAX_ENTRY = 400_000;
const SCAN = { timeoutMs: 45_000, memoryBytes: 1024 ** 3, concurrency: 2 };
/** Packages that are installed together: what they share is fetched and unpacked once, and the disk holds them. */
const TOGETHER = 12;
/** Nothing of a package runs while it is installed. */
const NPM_FLAGS =
  '--ignore-scripts --no-audit --no-fund --no-package-lock --omit=dev --legacy-peer-deps --force --prefer-offline --loglevel=error';

const node = setUp();
// The scanner is TypeScript, which the project's own Node runs as it is.
if (process.execPath !== node) run(node, [join(ROOT, 'scripts', 'bundle.mjs'), ...process.argv.slice(2)]);
else await bundle(process.argv.slice(2));

async function bundle(named) {
  const server = (path) => import(pathToFileURL(join(ROOT, 'packages/server/src', path)).href);
  const [{ scan, VERSION }, manifests] = [await server('index.ts'), await server('scan/manifest.ts')];
  const listed = readList();
  const wanted = named.length === 0 ? listed : listed.filter(({ spec }) => named.includes(spec));
  const known = new Map(readEntries().map((entry) => [entry.slug, entry]));
  const slugs = new Set(listed.map(({ slug }) => slug));
  for (const slug of known.keys()) if (!slugs.has(slug)) known.delete(slug);
  const outcomes = [];
  const tell = (one, entry) => {
    if (typeof entry !== 'string') known.set(one.slug, entry);
    outcomes.push({ spec: one.spec, ok: typeof entry !== 'string' });
    const said = typeof entry === 'string' ? entry : `${entry.tools.length} tools`;
    console.log(`${outcomes.length}/${wanted.length} ${one.spec}: ${said}`);
    writeEntries([...known.values()]);
  };
  for (let from = 0; from < wanted.length; from += TOGETHER) {
    const folder = mkdtempSync(join(tmpdir(), 'boomgate-bundle-'));
    try {
      const found = await installed(wanted.slice(from, from + TOGETHER), folder, { manifests, tell });
      const bySlug = new Map(found.map((one) => [one.slug, one]));
      await scan(
        found.map(({ slug, target }) => ({ name: slug, target })),
        {
          ...SCAN,
          version: VERSION,
          environment: process.env,
          onProgress: ({ server: done }) => {
            if (done === undefined) return;
            const one = bySlug.get(done.name);
            tell(one, entryOf(done, one));
          },
        },
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  report([...known.values()], outcomes);
}

/** Installs packages together, and what to start of each; those that have nothing are told. */
async function installed(wanted, folder, { manifests, tell }) {
  const packages = wanted.filter(({ spec }) => !spec.startsWith('./'));
  install(packages, folder);
  const found = [];
  for (const one of wanted) {
    if (one.spec.startsWith('./')) {
      const args = [join(ROOT, one.spec, 'src', 'main.ts')];
      const target = { kind: 'stdio', command: process.execPath, args, env: {} };
      found.push({ ...one, target, facts: ownFacts(one.spec) });
      continue;
    }
    const place = join(folder, 'node_modules', one.spec);
    const manifest = await manifests.readManifest(place);
    const program = manifest && (await manifests.commandOf(one.spec, place, manifest));
    if (!program?.ok) tell(one, program?.message ?? 'npm could not install it');
    else {
      const { command, args } = program;
      found.push({
        ...one,
        target: { kind: 'stdio', command, args, env: {} },
        facts: manifests.factsOf(manifest),
      });
    }
  }
  return found;
}

/** Together, or by halves where one of them spoils it. */
function install(packages, folder) {
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  installSpecs(
    packages.map(({ spec }) => spec),
    folder,
  );
}

function installSpecs(specs, folder) {
  if (specs.length === 0) return;
  const args = ['install', ...NPM_FLAGS.split(' '), '--', ...specs];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: 'ignore', timeout: 300_000 });
  if (status === 0 || specs.length === 1) return;
  const half = Math.ceil(specs.length / 2);
  for (const part of [specs.slice(0, half), specs.slice(half)]) installSpecs(part, folder);
}

/** `PACKAGE [SLUG [NAME]]`, or `./FOLDER SLUG NAME` for a server of this repository. */
function readList() {
  const taken = new Set();
  return readFileSync(LIST, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [spec, given, ...name] = line.split(' ');
      const slug = given ?? slugOf(spec, taken);
      if (taken.has(slug))
        throw new Error(`expected each slug once in ${LIST}, found ${slug} again: give one`);
      taken.add(slug);
      return { spec, slug, name: name.join(' ') || slug };
    });
}

/** The name of the package without the words that all have; all of it where that is taken or nothing is left. */
function slugOf(spec, taken) {
  const whole = spec.replace(/^@/, '').replace('/', '-').toLowerCase();
  const words = whole.split('-').filter((word) => !['mcp', 'server', 'modelcontextprotocol'].includes(word));
  const short = words.join('-');
  return short === '' || taken.has(short) ? whole : short;
}

/** The entry, or why there is none. */
function entryOf(server, { spec, slug, name, facts }) {
  if (server.outcome === 'failed') return `${server.failure.code}: ${server.failure.message}`.slice(0, 160);
  if (server.tools.length === 0) return 'it has no tools';
  if (!PERMISSIVE.test(facts.licence ?? '')) return `its licence is ${facts.licence ?? 'not stated'}`;
  const { version, licence, repository, description } = facts;
  const entry = {
    slug,
    name,
    description,
    package: facts.package ?? spec,
    version,
    licence,
    repository,
    scanned: server.scanned.slice(0, 'YYYY-MM-DD'.length),
    tools: server.tools.map(({ definition }) => definition),
  };
  const bytes = JSON.stringify(entry).length;
  return bytes > MAX_ENTRY ? `its definitions have ${bytes} bytes` : entry;
}

function ownFacts(spec) {
  const { name, version, license, description } = JSON.parse(
    readFileSync(join(ROOT, spec, 'package.json'), 'utf8'),
  );
  return { package: name, version, licence: license, description };
}

function readEntries() {
  return readFileSync(ENTRIES, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function writeEntries(entries) {
  const sorted = entries.toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
  writeFileSync(ENTRIES, sorted.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

function report(entries, outcomes) {
  const tools = entries.reduce((sum, entry) => sum + entry.tools.length, 0);
  const bytes = readFileSync(ENTRIES).length;
  const said = `${entries.length} servers with ${tools} tools, ${(bytes / 1e6).toFixed(2)} MB`;
  const text = readFileSync(DOCUMENT, 'utf8');
  writeFileSync(DOCUMENT, text.replace(/(<!-- bundle -->\n).*(\n<!-- \/bundle -->)/, `$1${said}$2`));
  const failed = outcomes.filter(({ ok }) => !ok).map(({ spec }) => spec);
  console.log(`\n${said}`);
  if (failed.length > 0) console.log(`not scanned now: ${failed.join(' ')}`);
}
