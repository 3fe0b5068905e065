import type { Json, JsonObject } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { FIELD_CHARACTERS, RECORD_TOOLS } from './bounds.ts';
import { elementsOf, readRecord, readText } from './read-record.ts';

const OFFICIAL = 'io.modelcontextprotocol.registry/official';
const server = { name: 'io.github.ada/weather', description: 'Weather', version: '1.2.0' };
const entry = (official: JsonObject, more: JsonObject = {}): Json => ({
  server: { ...server, ...more },
  _meta: { [OFFICIAL]: official },
});

describe('an entry of a registry', () => {
  it('gives a server whose tools are not known', () => {
    const packages = [
      { registryType: 'oci', identifier: 'docker.io/ada/weather' },
      { registryType: 'npm', identifier: '@ada/weather' },
    ];
    const repository = { url: 'https://github.com/ada/weather', source: 'github' };
    expect(
      readRecord(
        entry(
          { status: 'active', isLatest: true, publishedAt: '2026-02-03T04:05:06Z' },
          { title: 'The weather', packages, repository },
        ),
      ),
    ).toEqual({
      kind: 'record',
      record: {
        slug: 'io.github.ada/weather',
        name: 'io.github.ada/weather',
        title: 'The weather',
        description: 'Weather',
        package: '@ada/weather',
        version: '1.2.0',
        repository: 'https://github.com/ada/weather',
        scanned: '2026-02-03',
      },
    });
  });

  it('is passed over when it is of an older version, and takes the server away when it was deleted', () => {
    expect(readRecord(entry({ isLatest: false }))).toEqual({ kind: 'old_version' });
    expect(readRecord(entry({ status: 'deleted' }))).toEqual({ kind: 'gone', slug: server.name });
  });

  it('may stand alone, as server.json does', () => {
    expect(readRecord(server)).toMatchObject({ kind: 'record', record: { slug: server.name } });
  });

  it('has texts of bounded length', () => {
    const title = 'x'.repeat(FIELD_CHARACTERS + 1);
    expect(readRecord({ ...server, title })).toMatchObject({
      record: { title: title.slice(0, FIELD_CHARACTERS) },
    });
  });
});

describe('what is no record', () => {
  it.each([
    [null, /expected a JSON object, found null/],
    [{}, /expected "name" .* found nothing/],
    [{ name: '../../etc' }, /expected "name" .* found "\.\.\/\.\.\/etc"/],
    [{ name: `a/${'b'.repeat(200)}` }, /expected "name"/],
    [{ name: 'a\u001b[2J' }, /expected "name"/],
    [{ server: { description: 'no name' } }, /expected "name" .* found nothing/],
    [{ slug: 7 }, /expected "slug" to be a name, found 7/],
    [{ slug: 'a', tools: {} }, /expected "tools" to be a list/],
    [{ slug: 'a', tools: [{ name: 'b' }, { title: 'c' }] }, /tools\[1\]: expected "name"/],
  ])('%j is refused', (value, why) => {
    expect(readRecord(value)).toEqual({ kind: 'refused', why: expect.stringMatching(why) });
  });

  it('is a server with more tools than any has', () => {
    const tools = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `t${at}` }));
    expect(readRecord({ slug: 'a', tools: tools(RECORD_TOOLS) })).toMatchObject({ kind: 'record' });
    expect(readRecord({ slug: 'a', tools: tools(RECORD_TOOLS + 1) })).toMatchObject({ kind: 'refused' });
  });

  it('is JSON that two readers could read differently', () => {
    expect(readText('{"name":"a","name":"b"}')).toMatchObject({
      ok: false,
      fault: { code: 'duplicate_key' },
    });
    expect(readText('['.repeat(65) + ']'.repeat(65))).toMatchObject({
      ok: false,
      fault: { code: 'too_deep' },
    });
  });
});

it('a document is its elements, or those of a page', () => {
  expect(elementsOf([1, 2])).toEqual([1, 2]);
  expect(elementsOf({ servers: [1], metadata: {} })).toEqual([1]);
  expect(elementsOf({ name: 'a' })).toEqual([{ name: 'a' }]);
});
