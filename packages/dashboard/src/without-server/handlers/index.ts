/** What is answered without a gateway, a file for each noun. What is not here says so. */
import { type Handlers, pageOf } from '../reply.ts';
import { agentSignIns } from './agent-sign-ins.ts';
import { approvals } from './approvals.ts';
import { attacks } from './attacks.ts';
import { decisions } from './decisions.ts';
import { overview, stats } from './figures.ts';
import { grants } from './grants.ts';
import { people } from './people.ts';
import { policies } from './policies.ts';
import { servers } from './servers.ts';

export const HANDLERS: Handlers = {
  ...{ agentSignIns, approvals, attacks, decisions, grants, overview, policies, servers, stats },
  ...people,
  proposals: { list: (_, { query }) => pageOf([], query) },
};
