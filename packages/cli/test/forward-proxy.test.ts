import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startProxy } from '../../server/test/support/forward-proxy.ts';
import { boomgate, temporaryFolder } from './command.ts';

const FAR = 'https://mcp.boomgate.test/mcp';

it('commands that ask servers and registries go through the proxy that a variable or its file names', async () => {
  await using proxy = await startProxy();
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'proxy');
  await writeFile(file, `${proxy.url}\n`);
  const run = (args: readonly string[], env: Readonly<Record<string, string>>) =>
    boomgate(args, { cwd: folder.path, env: { ...env, BOOMGATE_DATA: folder.path } });

  await writeFile(
    join(folder.path, 'boomgate.config.json'),
    JSON.stringify({ mcpServers: { far: { url: FAR } } }),
  );
  const looked = await run(['doctor', '--json'], { BOOMGATE_PROXY_FILE: file });
  const { checks } = JSON.parse(looked.stdout);
  const found = expect.stringContaining(
    'the proxy does not let connections to mcp.boomgate.test:443 through',
  );
  expect(checks).toContainEqual(expect.objectContaining({ check: 'server far', state: 'wrong', found }));

  proxy.asked.splice(0);
  await run(['scan', FAR], { BOOMGATE_PROXY: proxy.url });
  await run(['catalogue', 'import', 'https://registry.boomgate.test/'], { BOOMGATE_PROXY: proxy.url });
  expect(proxy.asked).toContain('mcp.boomgate.test:443');
  expect(proxy.asked).toContain('registry.boomgate.test:443');
  proxy.asked.splice(0);
  await run(['scan', FAR], { BOOMGATE_PROXY: proxy.url, BOOMGATE_NO_PROXY: '.boomgate.test' });
  await run(['scan', FAR], { HTTPS_PROXY: proxy.url });
  expect(proxy.asked).toEqual([]);

  const refused = await run(['scan', FAR], { BOOMGATE_PROXY: 'socks5://me:secret@proxy.example' });
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('BOOMGATE_PROXY: expected the address of a proxy such as');
  expect(refused.stderr).not.toContain('secret');
});
