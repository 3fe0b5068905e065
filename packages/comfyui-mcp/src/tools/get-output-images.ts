import { z } from 'zod';
import { outputsOf } from '../comfy/index.ts';
import { isImageName, listFiles } from '../files/index.ts';
import { MAX_HISTORY_ITEMS, MAX_INLINE_IMAGES } from '../limits.ts';
import { placeOf } from './fields.ts';
import { lookAt } from './look.ts';
import { defineTool, READS, type World } from './tool.ts';

const image = z.object({
  filename: z.string(),
  subfolder: z.string(),
  type: z.string(),
  path: z.string().describe('From the output folder, with forward slashes'),
  url: z.string().describe('Where ComfyUI serves it'),
  size_bytes: z.int().optional(),
  modified: z.string().optional(),
});
type Image = z.infer<typeof image>;

/** In which order images are told; each list comes with the newest first. */
const ORDERS = {
  newest: (images: readonly Image[]) => images,
  oldest: (images: readonly Image[]) => images.toReversed(),
  name: (images: readonly Image[]) =>
    images.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
} as const;
const SORTS = Object.keys(ORDERS) as [keyof typeof ORDERS, ...(keyof typeof ORDERS)[]];

export const getOutputImages = defineTool({
  name: 'comfy_get_output_images',
  title: 'List output images',
  description: `List the images that ComfyUI made. With a limit of ${MAX_INLINE_IMAGES} or less, small ones are shown too.`,
  input: z.object({
    limit: z.int().min(1).max(500).default(20),
    sort: z.enum(SORTS).default('newest'),
    filter: z.string().max(200).optional().describe('Part of the path; case does not matter'),
  }),
  output: z.object({
    images: z.array(image),
    total: z.int().describe('How many there are, of which at most limit are listed'),
    source: z.enum(['disk', 'comfyui']).describe("comfyui: the images of the jobs in ComfyUI's history"),
  }),
  hints: READS,
})(async (world, { limit, sort, filter = '' }) => {
  const { outputDir } = world.config;
  const all = outputDir === undefined ? await fromHistory(world) : await fromDisk(outputDir, world);
  const wanted = ORDERS[sort](all).filter(({ path }) => path.toLowerCase().includes(filter.toLowerCase()));
  const images = wanted.slice(0, limit);
  const source = outputDir === undefined ? 'comfyui' : 'disk';
  const shown = limit <= MAX_INLINE_IMAGES ? await lookAt(world, images) : [];
  return { output: { images, total: wanted.length, source }, images: shown };
});

async function fromDisk(outputDir: string, { comfy }: World): Promise<readonly Image[]> {
  const files = await listFiles(outputDir, { accept: isImageName, followLinks: false });
  return files
    .toSorted((a, b) => b.modified.getTime() - a.modified.getTime() || (a.path < b.path ? 1 : -1))
    .map(({ path, sizeBytes, modified }) => {
      const cut = path.lastIndexOf('/');
      const file = {
        filename: path.slice(cut + 1),
        subfolder: path.slice(0, Math.max(cut, 0)),
        type: 'output',
      };
      const about = { size_bytes: sizeBytes, modified: modified.toISOString() };
      return { ...file, ...placeOf(file, comfy.http.address), ...about };
    });
}

async function fromHistory({ comfy }: World): Promise<readonly Image[]> {
  const entries = await comfy.recent(MAX_HISTORY_ITEMS);
  const files = entries
    .toReversed()
    .flatMap((entry) => outputsOf(entry).toReversed())
    .filter(({ filename, type }) => type === 'output' && isImageName(filename))
    .map(({ filename, subfolder, type }) => ({ filename, subfolder, type }))
    .map((file) => ({ ...file, ...placeOf(file, comfy.http.address) }));
  // A job that was cached tells of the files of an earlier one.
  return [...new Map(files.toReversed().map((file) => [file.path, file])).values()].toReversed();
}
