import { ROLES } from '@boomgate/contract';
import { spoken } from '../../ui/index.ts';

/** Each role and its words, to choose from. */
export const ROLE_CHOICES = ROLES.map((role) => [role, spoken(role)] as const);
