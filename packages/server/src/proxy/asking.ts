import { randomUUID } from 'node:crypto';
import { type JsonObject, ownProperty } from '@boomgate/engine';
import { type Asking, MESSAGE_LEVELS, META, type MessageLevel, type Question } from '../upstreams/index.ts';
import type { DataPlane } from './http/caller.ts';
import type { WayBack } from './http/exchange.ts';
import type { RequestMessage } from './message/message.ts';
import type { Delivery } from './questions.ts';
import type { AgentRequest } from './request.ts';
import { askingWhileOpen } from './session.ts';

const NOBODY: Asking = { capabilities: {}, by: 'retry' };

export type Asked = Pick<AgentRequest, 'asking' | 'ask' | 'logLevel'>;

/** Of an agent that cannot be asked anything, nor told anything unasked. */
export const SILENT: Asked = { asking: NOBODY, ask: undefined, logLevel: undefined };

/** How a server's questions and log messages reach the agent behind this request, by its era (P §3.4). */
export function askingOf(
  plane: DataPlane,
  exchange: WayBack,
  { message, signal }: { readonly message: RequestMessage; readonly signal: AbortSignal },
): Asked {
  const { capabilities, era, session } = message;
  if (era === 'modern') {
    const logLevel = messageLevel(message.meta[META.logLevel]);
    return { asking: { capabilities, by: 'retry' }, ask: undefined, logLevel };
  }
  if (!exchange.acceptsStream) return SILENT;
  const asking = askingWhileOpen(message);
  if (session === undefined) return { asking, ask: undefined, logLevel: undefined };
  return {
    asking,
    logLevel: plane.states.logLevel(session),
    ask: (question, over) => {
      const asked = questionInRevision(question, session.protocol);
      const delivery: Delivery = {
        put: (id) => exchange.question({ jsonrpc: '2.0', id, ...asked }),
        takeBack: (requestId) =>
          void exchange.notify({
            jsonrpc: '2.0',
            method: 'notifications/cancelled',
            params: { requestId },
          }),
      };
      const until = over === undefined ? signal : AbortSignal.any([signal, over]);
      return plane.questions.put(session.key, delivery, until);
    },
  };
}

export function messageLevel(value: unknown): MessageLevel | undefined {
  return MESSAGE_LEVELS.find((level) => level === value);
}

/** A question as the agent's revision has it: one before 2025-11-25 knows no modes, that one wants an id for each URL. */
function questionInRevision(
  { method, params }: Question,
  protocol: string,
): { method: string; params: JsonObject } {
  if (method !== 'elicitation/create') return { method, params };
  const { mode, ...rest } = params;
  if (protocol < '2025-11-25') return { method, params: rest };
  if (mode !== 'url' || ownProperty(params, 'elicitationId') !== undefined) return { method, params };
  return { method, params: { ...params, elicitationId: randomUUID() } };
}
