import { isJsonObject } from '@boomgate/engine';
import type { Asking, Question } from '../../upstreams/index.ts';

/** Whether the agent said that it can be asked this; a server that asks for more is not listened to. */
export function mayBeAsked({ capabilities }: Asking, { method, params }: Question): boolean {
  if (method === 'roots/list') return isJsonObject(capabilities['roots']);
  if (method === 'sampling/createMessage') return isJsonObject(capabilities['sampling']);
  if (method !== 'elicitation/create') return false;
  const mode = params['mode'] === 'url' ? 'url' : 'form';
  const elicitation = capabilities['elicitation'];
  return isJsonObject(elicitation) && Object.hasOwn(elicitation, mode);
}
