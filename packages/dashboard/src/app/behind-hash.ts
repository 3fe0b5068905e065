import { useRouterState } from '@tanstack/react-router';

/**
 * What the link of the page that is shown holds behind its `#`, which no server and no log sees. Another link that is put into the address
 * of an open page changes only this.
 */
export function useBehindHash(): string {
  return useRouterState({ select: ({ location, resolvedLocation = location }) => resolvedLocation.hash });
}
