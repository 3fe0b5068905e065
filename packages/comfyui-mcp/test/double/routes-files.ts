import { readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { arch, platform, version } from 'node:process';
import type { Age, Comfy } from './comfy.ts';
import { annotated, isFileKind, isWithin, MODEL_FOLDERS, modelsIn } from './folders.ts';
import { type NodeType, nodeTypes } from './node-types.ts';
import { type Asked, empty, json, type Reply, type Route } from './reply.ts';
import { FEATURES } from './sockets.ts';
import { uploadImage, uploadMask } from './upload.ts';

const VERSIONS = {
  global_interrupt: '0.3.50',
  targeted_interrupt: '0.3.64',
  jobs_api: '0.20.0',
} as const satisfies Record<Age, string>;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.bmp': 'image/bmp',
  '.gif': 'image/gif',
};

/** What the server has: files, models, nodes, facts about itself. */
export const fileRoutes = {
  'GET /view': view,
  'POST /upload/image': (asked, { folders }) => uploadImage(asked, folders),
  'POST /upload/mask': (asked, { folders }) => uploadMask(asked, folders),
  'GET /models': () => json(MODEL_FOLDERS),
  'GET /models/{folder}': ({ parts }, { folders }) => {
    const names = modelsIn(folders, parts['folder'] ?? '');
    return names === undefined ? empty(404) : json(names);
  },
  'GET /embeddings': (_, { folders }) =>
    json((modelsIn(folders, 'embeddings') ?? []).map((name) => name.slice(0, -extname(name).length))),
  'GET /object_info': (_, { folders }) =>
    json(
      Object.fromEntries(
        Object.entries(nodeTypes(folders)).map(([name, type]) => [name, describe(name, type)]),
      ),
    ),
  'GET /object_info/{node_class}': ({ parts }, { folders }) => {
    const name = parts['node_class'] ?? '';
    const type = nodeTypes(folders)[name];
    return json(type === undefined ? {} : { [name]: describe(name, type) });
  },
  'GET /system_stats': (_, comfy) => json(systemStats(comfy)),
  'GET /features': () => json(FEATURES),
} as const satisfies Record<string, Route>;

/** A file of the output, input or temp folder. `preview` and `channel` change nothing: the double has no pixels. */
function view({ query }: Asked, { folders }: Comfy): Reply {
  const asked = query.get('filename');
  if (asked === null) return empty(404);
  const { name, kind } = annotated(asked);
  if (name === '' || name.startsWith('/') || name.includes('..')) return empty(400);
  const type = kind ?? query.get('type') ?? 'output';
  if (!isFileKind(type)) return empty(400);
  const folder = join(folders[type], query.get('subfolder') ?? '');
  if (!isWithin(folders[type], folder)) return empty(403);
  const filename = basename(name);
  const path = join(folder, filename);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return empty(404);
  return {
    status: 200,
    body: readFileSync(path),
    headers: {
      'content-type': CONTENT_TYPES[extname(filename).toLowerCase()] ?? 'application/octet-stream',
      'content-disposition': `filename="${filename}"`,
    },
  };
}

function describe(name: string, type: NodeType): object {
  const { required, optional, hidden, output, category, title, isOutput } = type;
  const input = {
    required,
    ...(optional === undefined ? {} : { optional }),
    ...(hidden === undefined ? {} : { hidden }),
  };
  return {
    input,
    input_order: Object.fromEntries(
      Object.entries(input).map(([kind, inputs]) => [kind, Object.keys(inputs)]),
    ),
    output,
    output_is_list: output.map(() => false),
    output_name: output,
    name,
    display_name: title ?? name,
    description: '',
    python_module: 'nodes',
    category,
    output_node: isOutput === true,
  };
}

function systemStats({ age }: Comfy): object {
  const memory = 16 * 1024 ** 3;
  return {
    system: {
      os: platform,
      ram_total: memory,
      ram_free: memory / 2,
      comfyui_version: VERSIONS[age],
      required_frontend_version: '1.0.0',
      python_version: `3.12.0 (test double on Node ${version} ${arch})`,
      pytorch_version: '2.8.0+cpu',
      embedded_python: false,
      argv: ['main.py', '--cpu'],
    },
    devices: [
      {
        name: 'cpu',
        type: 'cpu',
        index: null,
        vram_total: memory,
        vram_free: memory / 2,
        torch_vram_total: memory,
        torch_vram_free: memory / 2,
      },
    ],
  };
}
