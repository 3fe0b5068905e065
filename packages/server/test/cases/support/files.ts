import { readFile, writeFile } from 'node:fs/promises';
import { until } from '../../support/programs.ts';
import type { Cases } from './boot.ts';

/** The configuration file as cases edit it. */
type ConfigFile = {
  mcpServers: Record<string, object>;
  policies: Record<string, object>;
  grants: Record<string, object>;
};

/** Edits the gateway's configuration file and waits until the gateway says that it is in force. */
export async function editConfig(
  { gateway }: Pick<Cases, 'gateway'>,
  edit: (config: ConfigFile) => void,
): Promise<void> {
  const reloads = (): number =>
    gateway.lines.filter(({ message }) => message === 'configuration reloaded').length;
  const before = reloads();
  // `bootGateway` wrote this file.
  const config = JSON.parse(await readFile(gateway.configFile, 'utf8')) as ConfigFile;
  edit(config);
  await writeFile(gateway.configFile, JSON.stringify(config));
  await until(() => reloads() > before);
}
