import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { BOOMGATE, boomgate, cleanEnvironment, temporaryFolder } from '../../../cli/test/command.ts';
import { connectAgent } from '../../../server/test/support/clients.ts';
import { startDouble } from '../double/index.ts';
import { answerOf, EXAMPLES, MODELS, refusalOf } from './world.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** The steps of docs/comfyui.md with the example as it is, but for the address of ComfyUI. */
it('the steps of docs/comfyui.md lead to an agent that makes a picture and cannot list the queue', async () => {
  await using double = await startDouble({ models: { checkpoints: MODELS } });
  await using folder = await temporaryFolder();
  const [config, data] = [join(folder.path, 'boomgate.config.json'), join(folder.path, 'data')];
  await cp(EXAMPLES, folder.path, { recursive: true });
  await writeFile(config, (await readFile(config, 'utf8')).replace('http://127.0.0.1:8188', double.url));

  const args = ['up', '--config', config, '--port', '0', '--data', data, '--json'];
  const gateway = spawn(BOOMGATE, args, { cwd: ROOT, env: cleanEnvironment({ HOME: folder.path }) });
  const ended = once(gateway, 'exit');
  await using _stopped = {
    [Symbol.asyncDispose]: async () => {
      gateway.kill('SIGTERM');
      await ended;
    },
  };
  const [line] = await once(createInterface({ input: gateway.stdout }), 'line');
  const { url } = JSON.parse(String(line));

  const mint = ['grant', 'mint', 'laptop', '--server', 'comfyui', '--policy', 'studio'];
  const minted = await boomgate([...mint, '--config', config, '--data', data, '--url', url]);
  expect(minted, minted.stderr).toMatchObject({ code: 0 });
  const connecting = await boomgate(['connect', 'claude-code', '--server', 'comfyui', '--url', url]);
  expect(connecting.stdout).toContain(`${url}/mcp/comfyui`);

  // A running gateway takes a new grant within a second.
  const client = await vi.waitFor(
    () => connectAgent('client 2.x, auto', `${url}/mcp/comfyui`, minted.stdout.trim()),
    { timeout: 10_000, interval: 100 },
  );
  const generated = await client.callTool({
    name: 'comfy_generate_simple',
    arguments: { prompt: 'a lighthouse', template: 'sdxl_txt2img', model: MODELS[0] },
  });
  await double.ended(String(answerOf(generated)['prompt_id']));
  expect(await readdir(double.folders.output)).toHaveLength(1);
  const listing = await client.callTool({ name: 'comfy_get_queue', arguments: {} });
  expect(refusalOf(listing)).toEqual({ outcome: 'deny', rule: '(default deny)' });
  await client.close();

  const shown = await boomgate(['log', '--data', data]);
  expect(shown.stdout).toMatch(/allow +laptop +comfyui\/comfy_generate_simple/);
  expect(shown.stdout).toMatch(/deny +laptop +comfyui\/comfy_get_queue/);
});
