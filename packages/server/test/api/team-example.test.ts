import { expect, it } from 'vitest';
import { runTeam } from '../../../../examples/team/team.ts';
import { bootGateway } from '../support/gateway.ts';
import { NO_SERVER } from '../support/people.ts';
import { npmServer } from '../support/programs.ts';

it('examples/team leads a team from set-up to a revoked grant and sound logs, through the API alone', async () => {
  await using test = await bootGateway({ mcpServers: NO_SERVER, holdMs: 30_000 });
  const { setup, url } = test.gateway;
  const lines: string[] = [];
  await runTeam({
    url,
    code: setup?.code ?? '',
    server: { command: process.execPath, args: [npmServer('memory')] },
    say: (line) => lines.push(line),
  });
  const told = lines.join('\n');
  expect(told).toContain('create_entities: allowed\ncreate_entities: allowed\ncreate_entities: refused\n');
  expect(told).toContain("Ann approves her own grant's call: own_call");
  expect(told).toContain('Bob approves; delete_entities: allowed');
  expect(told).toContain('the grant is revoked; read_graph: refused');
  expect(told).toMatch(/[1-9]\d* and [1-9]\d* rows verified, 0 findings/);
});
