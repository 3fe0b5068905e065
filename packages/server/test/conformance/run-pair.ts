import { bootGateway } from '../support/gateway.ts';
import { BASELINE, judge, type Verdict } from './baseline.ts';
import { startFixture } from './fixture-process.ts';
import type { Pair } from './pairs.ts';
import { startShim } from './shim.ts';
import { runSuite } from './suite.ts';

/** suite → shim → gateway → fixture, with a policy that allows everything. */
export async function runPair({ name, upstream, revision }: Pair): Promise<Verdict> {
  await using fixture = await startFixture(upstream);
  // Without parking a legacy server could not ask agents of the newest revision at all (P §3.4), and for no roots where grants share it.
  const entry = { ...fixture.entry, parking: true, isolation: 'grant' };
  await using gateway = await bootGateway({ mcpServers: { fixture: entry } });
  await using shim = await startShim(gateway.gateway.url, gateway.token);
  const results = await runSuite(`${shim.url}/mcp/fixture/`, revision);
  return judge(results, BASELINE[name]);
}
