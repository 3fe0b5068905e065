import { REGISTRY_PAGE_BYTES } from './bounds.ts';
import { type Catalogue, CatalogueError, type Imported, type RegistryOptions } from './contract.ts';
import { importFile } from './import-file.ts';
import { importRegistry, listAddress } from './import-registry.ts';
import type { Operations, WorkerData } from './operations.ts';
import { Thread } from './thread.ts';

const SCRIPT = new URL('./worker.ts', import.meta.url);

type CatalogueOptions = {
  readonly file: string;
  /** False for an index without the entries that come with this program. */
  readonly bundled?: boolean;
};

/**
 * The index in a file, which is made at the first question, with the entries that come with this program. Nothing is
 * started or touched before.
 */
export function openCatalogue({ file, bundled = true }: CatalogueOptions): Catalogue {
  const thread = (role: WorkerData['role']) => new Thread<Operations>(SCRIPT, { file, role, bundled });
  const [reader, writer] = [thread('read'), thread('write')];
  let prepared: Promise<unknown> | undefined;
  const prepare = async (): Promise<void> => {
    if (!(await reader.ask('isCurrent', null))) await writer.ask('prepare', null);
  };
  const ready = async (): Promise<void> => {
    // A failure is told to everybody who waited, and tried again by the next.
    prepared ??= prepare().catch((error: unknown) => {
      prepared = undefined;
      throw error;
    });
    await prepared;
  };
  return {
    search: async (query) => ready().then(() => reader.ask('search', query)),
    server: async (slug) => ready().then(() => reader.ask('server', slug)),
    tool: async (server, name) => ready().then(() => reader.ask('tool', { server, name })),
    page: async (wanted) => ready().then(() => reader.ask('page', wanted)),
    classify: (asked) => reader.ask('classify', asked),
    size: async () => ready().then(() => reader.ask('size', null)),
    put: async (record, source) => {
      await ready();
      await writer.ask('put', { record, source });
    },
    importFile: async (path, options = {}) => ready().then(() => importFile(path, writer, options)),
    importRegistry: async (url, options = {}) => {
      await ready();
      return fromRegistry(url, { reader, writer }, options);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([reader, writer].map((one) => one[Symbol.asyncDispose]()));
    },
  };
}

async function fromRegistry(
  url: string,
  threads: Parameters<typeof importRegistry>[1]['threads'],
  options: RegistryOptions,
): Promise<Imported> {
  if (!URL.canParse(url))
    throw new CatalogueError(
      'unreadable',
      `expected the address of a registry, found ${JSON.stringify(url)}`,
    );
  const list = listAddress(new URL(url));
  // Loaded when it is needed: most uses of the index need no network.
  const { openTextSource } = await import('../upstreams/index.ts');
  const source = openTextSource(list.href, {
    allowPrivate: options.allowPrivate ?? false,
    maxBytes: REGISTRY_PAGE_BYTES,
    proxy: options.proxy,
  });
  if ('why' in source) throw new CatalogueError('unreadable', source.why);
  try {
    return await importRegistry(list, { source, threads }, options);
  } finally {
    await source[Symbol.asyncDispose]();
  }
}
