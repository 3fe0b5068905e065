import { describe, expect, it } from 'vitest';
import { boomgate } from './command.ts';

const TOOLS = [
  {
    server: 'comfyui',
    name: 'comfy_cancel_generation',
    description: 'Cancel a specific generation or interrupt the currently executing generation.',
  },
  { server: 'comfyui', name: 'comfy_get_queue', description: 'View queue \u001b[2J' },
  { server: 'other', name: 'delete_all' },
]
  .map((tool) => JSON.stringify(tool))
  .join('\n');

const show = (...args: string[]) =>
  boomgate(['catalogue', 'show', ...args, '--tools', '-'], { input: TOOLS });

describe('catalogue show', () => {
  it('prints the page of a tool', async () => {
    const ran = await show('comfyui', 'comfy_cancel_generation');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^comfy_cancel_generation {2}\[High risk · Execute\]/);
    expect(ran.stdout).toMatch(/"counter": "comfy_cancel_generation_rate"/);
    expect(ran.stdout).toMatch(
      /2 comfyui tools catalogued and classified,\s+across an index of 2\s+servers\./,
    );
  });

  it('prints the page of a server, and what a terminal would obey as an escape or not at all', async () => {
    const ran = await show('comfyui');
    expect(ran.stdout).toMatch(/^comfyui {2}\[Grade [A-F]\]/);
    expect(ran.stdout).not.toContain('\u001b');
  });

  it('gives the page as JSON', async () => {
    const page: unknown = JSON.parse((await show('comfyui', 'comfy_get_queue', '--json')).stdout);
    expect(page).toMatchObject({ title: 'comfy_get_queue', badge: 'Low risk · Read' });
  });

  it.each([
    [['nobody'], /expected a server of -, found "nobody"; there are comfyui, other/],
    [
      ['comfyui', 'x'],
      /expected a tool of comfyui, found "x"; there are comfy_cancel_generation, comfy_get_queue/,
    ],
  ])('says what there is instead of %j', async (args, message) => {
    const ran = await show(...args);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(message);
  });
});

describe('catalogue attacks', () => {
  it('lists all, prints one, and refuses others', async () => {
    const all = await boomgate(['catalogue', 'attacks']);
    expect(all.stdout.trim().split('\n').length).toBeGreaterThanOrEqual(25);
    const one = await boomgate(['catalogue', 'attacks', 'ssrf']);
    expect(one.stdout).toMatch(/A public case[\s\S]*https:\/\//);
    expect((await boomgate(['catalogue', 'attacks', 'x'])).code).toBe(2);
  });
});
