import { API_PATH, addressOf, ENDPOINTS } from '@boomgate/contract';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../app/api.ts';
import { PROVIDERS } from '../../app/session.ts';
import { buttonClass } from '../../ui/index.ts';

/** What the API takes as a place to return to. */
const RETURN_TO = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}$/;

export const providersQuery = queryOptions({
  queryKey: PROVIDERS,
  queryFn: () => bodyOf(api.signOn.providers()),
});

/** A button for each provider; the browser itself goes there and comes back signed in. */
export function Providers({ next }: { readonly next: string }) {
  const { data } = useQuery(providersQuery);
  const returnTo = RETURN_TO.test(next) ? next : '/';
  if (data === undefined || data.providers.length === 0) return null;
  return (
    <div className="flex flex-col gap-2">
      {data.providers.map(({ id, name }) => (
        <a
          key={id}
          href={
            API_PATH + addressOf(ENDPOINTS.signOn.start, { params: { provider: id }, query: { returnTo } })
          }
          className={buttonClass()}
        >
          Sign in with {name}
        </a>
      ))}
    </div>
  );
}

/** Between them and a password. */
export function OrPassword() {
  const { data } = useQuery(providersQuery);
  if (data === undefined || data.providers.length === 0) return null;
  return (
    <>
      <p className="flex items-center gap-3 text-soft text-sm before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        or with a password
      </p>
      {data.requiredOf === 'some' ? (
        <p className="text-soft text-sm">
          Not every organisation here takes one: some have a provider alone.
        </p>
      ) : null}
    </>
  );
}
