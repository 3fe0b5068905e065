// `node scripts/program.mjs [FOLDER]`: the npm package `boomgate` as a folder, by default packages/cli/dist: the packages of this repository
// built into one, without what others keep, which npm installs with it. The dashboard has to be built before.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT, run } from './setup.mjs';

const PACKAGES = join(ROOT, 'packages');
const CLI = join(PACKAGES, 'cli');
/** The packages that are built into it: the cli's own, and what those need in turn. */
const PARTS = ['cli', 'server', 'contract', 'catalogue', 'functions', 'engine'];
const MAIN = join(CLI, 'src', 'main.ts');
const FOLDER = join(CLI, 'dist');
/** Files that the sources find by their address: where they lie beside the programs of the package. */
const FILES = {
  [join(CLI, 'package.json')]: '../package.json',
  [join(PACKAGES, 'dashboard', 'dist')]: './dashboard',
  [join(PACKAGES, 'catalogue', 'entries', 'servers.ndjson')]: './servers.ndjson',
  [join(PACKAGES, 'engine', 'schema', 'boomgate-policy-1.schema.json')]: './schema/policy-1.json',
  [join(PACKAGES, 'server', 'schema', 'boomgate-config.schema.json')]: './schema/config.json',
};
/** What people read: the program names pages of it, and the README leads to all of them. */
const DOCUMENTS = ['LICENSE', 'README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'DEPENDENCIES.md']
  .concat(['GLOSSARY.md', 'SECURITY.md'])
  .concat(['docs', 'decisions', 'deploy']);
const ADDRESS = /new URL\(\s*'([^']+)',\s*import\.meta\.url,?\s*\)/g;
const ENTRIES = /import\.meta\.resolve\('@boomgate\/catalogue\/entries'\)/g;

/** Builds it in a process of the project's own Node, as the builder is one of its packages. */
export function buildProgram(node) {
  run(node, [fileURLToPath(import.meta.url)]);
  return { folder: FOLDER, main: join(FOLDER, 'program', 'main.js') };
}

async function build(folder) {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: { main: MAIN },
    platform: 'node',
    external: (id) => !/^(?:[./]|@boomgate\/)|^[A-Za-z]:\\/.test(id),
    plugins: [addresses],
  });
  rmSync(folder, { recursive: true, force: true });
  const program = join(folder, 'program');
  await bundle.write({ dir: program, format: 'esm', keepNames: true, entryFileNames: '[name].js' });
  await bundle.close();
  chmodSync(join(program, 'main.js'), 0o755);
  for (const [file, place] of Object.entries(FILES))
    if (place.startsWith('./')) cpSync(file, join(program, place), { recursive: true, filter: isShipped });
  linkOwn(folder);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
  for (const name of DOCUMENTS) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
}

/** Everything but the mark that says from which sources the dashboard was built. */
function isShipped(path) {
  return basename(path) !== '.built';
}

/** In the checkout, the versions of what a part has for itself, as others there need another; they are not packed. */
function linkOwn(folder) {
  mkdirSync(join(folder, 'node_modules'));
  for (const modules of PARTS.map((part) => join(PACKAGES, part, 'node_modules')).filter(existsSync))
    for (const name of readdirSync(modules))
      symlinkSync(join(modules, name), join(folder, 'node_modules', name), 'junction');
}

/** What the sources start or read by its address lies in one folder here. Programs among it are built as well. */
const addresses = {
  name: 'addresses',
  transform(code, id) {
    const place = (path) => {
      const target = resolve(dirname(id), path);
      if (Object.hasOwn(FILES, target)) return FILES[target];
      if (!target.endsWith('.ts')) throw new Error(`${id}: expected ${path} to be a program or one of FILES`);
      if (target === MAIN) return './main.js';
      const fileName = relative(PACKAGES, target)
        .replaceAll(/[\\/]src[\\/]|[\\/]/g, '-')
        .replace(/ts$/, 'js');
      this.emitFile({ type: 'chunk', id: target, fileName });
      return `./${fileName}`;
    };
    return code
      .replaceAll(ADDRESS, (_, path) => `new URL('${place(path)}', import.meta.url)`)
      .replaceAll(ENTRIES, `new URL('./servers.ndjson', import.meta.url).href`);
  },
};

/** The cli's, with what all parts have others install; what npm has to know, and nothing of the workspace. */
function manifest() {
  const parts = PARTS.map((part) => JSON.parse(readFileSync(join(PACKAGES, part, 'package.json'), 'utf8')));
  const [{ description, engines, license, name, type, version }] = parts;
  const together = (key) =>
    Object.fromEntries(
      parts
        .flatMap((part) => Object.entries(part[key] ?? {}))
        .filter(([dependency]) => !dependency.startsWith('@boomgate/'))
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  return {
    name,
    version,
    description,
    license,
    type,
    bin: { [name]: 'program/main.js' },
    files: ['program', ...DOCUMENTS],
    engines,
    dependencies: together('dependencies'),
    peerDependencies: together('peerDependencies'),
    peerDependenciesMeta: together('peerDependenciesMeta'),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(resolve(process.argv[2] ?? FOLDER));
