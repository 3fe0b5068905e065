import type { Store } from '../contract.ts';
import { SqlAgentSignIns } from './agent-sign-ins.ts';
import { openPeople } from './people/index.ts';
import { openPolicies } from './policies/index.ts';
import type { SqlRoom } from './room.ts';
import { SqlServerSignIns } from './server-sign-ins.ts';
import { SqlServers } from './servers.ts';
import { SqlTools } from './tools.ts';
import { openWebhooks } from './webhooks.ts';

/** Those that need nothing but the room, and the time that all who share the store go by. */
export function openNouns(
  room: SqlRoom,
  nowMs: () => number,
): Pick<Store, 'servers' | 'serverSignIns' | 'agentSignIns' | 'policies' | 'people' | 'tools' | 'webhooks'> {
  return {
    servers: new SqlServers(room),
    serverSignIns: new SqlServerSignIns(room, nowMs),
    agentSignIns: new SqlAgentSignIns(room, nowMs),
    policies: openPolicies(room),
    people: openPeople(room, nowMs),
    tools: new SqlTools(room),
    webhooks: openWebhooks(room),
  };
}
