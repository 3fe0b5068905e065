import { parseArgs } from 'node:util';
import { AGES, startDouble } from './index.ts';

/** Runs the double by hand: `node packages/comfyui-mcp/test/double/main.ts --port 8188 --node-ms 2000`. */
const { values } = parseArgs({
  options: {
    age: { type: 'string', default: 'jobs_api' },
    port: { type: 'string', default: '8188' },
    'node-ms': { type: 'string', default: '0' },
    base: { type: 'string' },
    /** `checkpoints/a.safetensors`, as often as wanted. */
    model: { type: 'string', multiple: true, default: [] },
  },
});
const age = AGES.find((known) => known === values.age);
if (age === undefined) {
  console.error(`--age takes ${AGES.join(', ')}, found ${values.age}`);
  process.exit(2);
}
const models: Record<string, string[]> = {};
for (const path of values.model) {
  const [folder = '', ...name] = path.split('/');
  models[folder] = [...(models[folder] ?? []), name.join('/')];
}
const double = await startDouble({
  age,
  models,
  port: Number(values.port),
  nodeMs: Number(values['node-ms']),
  ...(values.base === undefined ? {} : { base: values.base }),
});
console.log(`${double.url} (${age}), files in ${double.folders.base}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void double[Symbol.asyncDispose]().then(() => process.exit(0)));
