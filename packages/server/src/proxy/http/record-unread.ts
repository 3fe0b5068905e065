/** Rows in the log for what a known agent sent without a message that can be answered. */

import { MODERN_VERSION } from '../../upstreams/index.ts';
import { record } from '../call/record.ts';
import type { RowDetails } from '../call/row.ts';
import type { NotificationMessage } from '../message/message.ts';
import { type Unanswered, unansweredRequest } from './agent-request.ts';
import type { Caller, DataPlane } from './caller.ts';
import type { Reply } from './reply.ts';

/** A known agent's request whose body is not looked into leaves a row too. */
export async function refuseUnread(plane: DataPlane, caller: Caller, reply: Reply): Promise<Reply> {
  await recordMalformed(plane, { caller, bytesIn: 0 }, `not read, answered with HTTP ${reply.status}`);
  return reply;
}

/** A request without a readable message leaves a row too. */
export async function recordMalformed(plane: DataPlane, incoming: Unanswered, fault: string): Promise<void> {
  const modern = incoming.caller.headers['mcp-protocol-version'] === MODERN_VERSION;
  const said = { method: '', era: modern ? 'modern' : 'legacy', protocol: '', client: {} } as const;
  const details = { target: '', outcome: 'malformed', rule: '(malformed)', message: fault } as const;
  await recordWithoutMessage(plane, incoming, { said, details });
}

/** So does a request of a legacy agent that is no message at all, as those that open its stream or end its session. */
export async function recordUnsaid(
  plane: DataPlane,
  caller: Caller,
  { method, ...details }: Pick<RowDetails, 'outcome' | 'rule' | 'message'> & { readonly method: string },
): Promise<void> {
  const { session } = caller;
  const known = typeof session === 'object' ? session : undefined;
  const { client = {}, protocol = '' } = known ?? {};
  const said = { method, era: 'legacy', protocol, client } as const;
  await recordWithoutMessage(
    plane,
    { caller, bytesIn: 0 },
    {
      said: known === undefined ? said : { ...said, session: known },
      details: { target: '', ...details },
    },
  );
}

type WithoutMessage = {
  readonly said: Pick<NotificationMessage, 'method' | 'era' | 'protocol' | 'client' | 'session'>;
  readonly details: Omit<RowDetails, 'forwarded'>;
};

async function recordWithoutMessage(
  plane: DataPlane,
  incoming: Unanswered,
  { details, said }: WithoutMessage,
): Promise<void> {
  const message: NotificationMessage = {
    kind: 'notification',
    params: {},
    meta: {},
    capabilities: {},
    ...said,
  };
  await record(unansweredRequest(plane, incoming, message), details);
}
