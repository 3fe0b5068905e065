/** Writes the published schema of the configuration file from the one that reads it. */
import { writeFileSync } from 'node:fs';
import { configJsonSchema } from '../src/config/file-schema.ts';

const file = new URL('boomgate-config.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
