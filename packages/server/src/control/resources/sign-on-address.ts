import { API_PATH } from '@boomgate/contract';
import type { ControlContext } from '../context.ts';

/** Where a provider finds the gateway: of the configured address, never of a request's. */
export function signOnAddress(
  { url }: Pick<ControlContext, 'url'>,
  provider: string,
  what: 'callback' | 'backchannel-logout',
): string {
  return `${url()}${API_PATH}/session/oidc/${encodeURIComponent(provider)}/${what}`;
}

/** Where the directory of a provider finds it. */
export function directoryAddress({ url }: Pick<ControlContext, 'url'>, provider: string): string {
  return `${url()}/scim/v2/${encodeURIComponent(provider)}`;
}
