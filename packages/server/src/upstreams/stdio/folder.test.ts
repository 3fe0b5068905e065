import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startFolder } from './folder.ts';

const here = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'boomgate-folder-'));
const home = { HOME: folder };

afterAll(() => rmSync(folder, { recursive: true }));

describe('the folder of a process whose settings name none', () => {
  it('is that of the gateway', () => {
    expect(startFolder(home, undefined)).toBe(here);
    expect(startFolder(home, join(folder, 'data'))).toBe(here);
    expect(startFolder(home, join(here, 'a-folder-below'))).toBe(here);
  });

  it('is home when the gateway runs among its data, also behind a link', () => {
    expect(startFolder(home, here)).toBe(folder);
    symlinkSync(here, join(folder, 'link'));
    expect(startFolder(home, join(folder, 'link'))).toBe(folder);
  });

  it('is the root when home is among the data too, or there is none', () => {
    expect(startFolder({ HOME: join(here, 'below') }, here)).toBe('/');
    expect(startFolder({}, here)).toBe('/');
  });
});
