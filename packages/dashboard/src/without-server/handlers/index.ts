/** What is answered without a gateway, a file for each noun. What is not here says so. */
import type { Handlers } from '../reply.ts';
import { approvals } from './approvals.ts';
import { decisions } from './decisions.ts';
import { grants } from './grants.ts';
import { people } from './people.ts';
import { policies } from './policies.ts';
import { servers } from './servers.ts';

export const HANDLERS: Handlers = { ...people, approvals, decisions, grants, policies, servers };
