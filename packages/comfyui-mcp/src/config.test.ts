import { delimiter, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Environment, type Flags, readConfig } from './config.ts';

const read = (flags: Flags, env: Environment, platform: NodeJS.Platform = 'linux') => {
  const result = readConfig(flags, env, platform);
  if (!result.ok) throw new Error(result.problem);
  return result.config;
};

describe('settings', () => {
  it('are ComfyUI on this machine over HTTP when there are none', () => {
    expect(read({}, {})).toMatchObject({
      comfyUrl: new URL('http://127.0.0.1:8188'),
      timeoutMs: 30_000,
      inputDir: undefined,
      outputDir: undefined,
      modelsDir: undefined,
      uploadDirs: [],
    });
  });

  it('come from flags before the environment, and empty ones are none', () => {
    const env = { COMFYUI_URL: 'http://a:1', COMFYUI_TIMEOUT: '5', COMFYUI_INPUT_DIR: ' ' };
    expect(read({ url: 'http://b:2' }, env)).toMatchObject({
      comfyUrl: new URL('http://b:2'),
      timeoutMs: 5000,
      inputDir: undefined,
    });
  });

  it('name several folders as PATH does', () => {
    const { uploadDirs } = read({}, { COMFYUI_UPLOAD_DIRS: ['pictures', 'scans'].join(delimiter) });
    expect(uploadDirs).toEqual([resolve('pictures'), resolve('scans')]);
  });

  it.each([
    ['linux', { XDG_DATA_HOME: '/data' }, /^\/data\/boomgate-comfyui\/workflows$/],
    ['linux', {}, /\.local\/share\/boomgate-comfyui\/workflows$/],
    ['darwin', {}, /Library\/Application Support\/boomgate-comfyui\/workflows$/],
    ['win32', { LOCALAPPDATA: 'L' }, /^L\/boomgate-comfyui\/workflows$/],
  ] as const)('keep workflows where %s keeps data', (platform, env, expected) => {
    expect(read({}, env, platform).workflowsDir.replaceAll('\\', '/')).toMatch(expected);
  });

  it.each([
    [{ COMFYUI_URL: 'localhost:8188' }, 'COMFYUI_URL'],
    [{ COMFYUI_URL: 'not an address' }, 'COMFYUI_URL'],
    [{ COMFYUI_TIMEOUT: '0' }, 'COMFYUI_TIMEOUT'],
    [{ COMFYUI_TIMEOUT: '601' }, 'COMFYUI_TIMEOUT'],
  ])('that are wrong (%j) are named', (env, variable) => {
    expect(readConfig({}, env, 'linux')).toMatchObject({
      ok: false,
      problem: expect.stringContaining(variable),
    });
  });
});
