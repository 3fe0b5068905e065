import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { classifiedOf, entriesOf, recommend } from '@boomgate/catalogue';
import { parsePolicyTree } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { engineFunctions } from '../functions/index.ts';
import { RECORD_BYTES } from './bounds.ts';
import { readBundle, recordsOf } from './bundle.ts';

/** Bytes that `npx` can be asked to fetch. */
const MOST_BYTES = 10_000_000;
const PERMISSIVE =
  /^\(?(?:MIT|MIT-0|Apache-2\.0|ISC|0?BSD|BSD-[23]-Clause|Unlicense|CC0-1\.0|BlueOak-1\.0\.0)\)?$/i;

const bundle = readBundle();
const records = recordsOf(bundle).map((read) => {
  if (read.kind !== 'record') throw new Error(`expected a record, found ${JSON.stringify(read)}`);
  return read.record;
});

describe('the bundled entries', () => {
  it('are of at least a hundred servers, within the size of what npx fetches', () => {
    expect(records.length).toBeGreaterThanOrEqual(100);
    expect(bundle.text.length).toBeLessThanOrEqual(MOST_BYTES);
    for (const line of bundle.text.split('\n')) expect(line.length).toBeLessThan(RECORD_BYTES);
  });

  it.each(records.map((record) => [record.slug, record] as const))('%s says what it is of', (_, record) => {
    expect(record).toMatchObject({
      package: expect.stringMatching(/^(?:@[\w.-]+\/)?[\w.-]+$/),
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      licence: expect.stringMatching(PERMISSIVE),
      scanned: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
    });
    expect(record.tools?.length).toBeGreaterThan(0);
  });

  it('are each in the list of packages, once, in the order of their slugs', () => {
    const list = readFileSync(fileURLToPath(import.meta.resolve('@boomgate/catalogue/packages')), 'utf8');
    const listed = new Set(
      list
        .split('\n')
        .map((line) => line.split(' ')[0]?.replace(/^\.\/packages\/comfyui-mcp$/, 'boomgate-comfyui')),
    );
    expect(records.filter(({ package: of }) => !listed.has(of))).toEqual([]);
    const slugs = records.map(({ slug }) => slug);
    expect(slugs).toEqual([...new Set(slugs)].toSorted((a, b) => (a < b ? -1 : 1)));
  });

  it('each have a recommended policy that parses', () => {
    for (const { slug, tools = [] } of records) {
      const { policy } = recommend(classifiedOf(slug, entriesOf(slug, tools)));
      expect([slug, parsePolicyTree(policy, engineFunctions)]).toEqual([
        slug,
        expect.objectContaining({ ok: true }),
      ]);
    }
  });

  it('have the fourteen tools of ComfyUI', () => {
    const comfyui = records.find(({ slug }) => slug === 'comfyui');
    expect(comfyui?.tools).toHaveLength(14);
  });
});
