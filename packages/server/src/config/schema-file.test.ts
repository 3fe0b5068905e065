import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from './file-schema.ts';

describe('the published schema of the configuration file', () => {
  it('is what the gateway reads the file with; `node packages/server/schema/print.ts` writes it anew', () => {
    const published = readFileSync(
      new URL('../../schema/boomgate-config.schema.json', import.meta.url),
      'utf8',
    );
    expect(JSON.parse(published)).toEqual(configJsonSchema());
  });
});
