import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { bareLinkClass, linkClass, Untrusted } from '../ui/index.ts';

/** Each leads to the page of what it names. */
export function PolicyLink({ name }: { readonly name: string }) {
  return (
    <Link to="/policies/$policy" params={{ policy: name }} className={linkClass}>
      <Untrusted text={name} />
    </Link>
  );
}

type Version = { readonly name: string; readonly version: number };

/** To what a version of a policy says, by its number alone or in these words. */
export function VersionLink({
  children,
  of: { name, version },
}: {
  readonly of: Version;
  readonly children?: ReactNode;
}) {
  return (
    <Link
      to="/policies/$policy/versions/$version"
      params={{ policy: name, version: String(version) }}
      className={linkClass}
    >
      {children ?? version}
    </Link>
  );
}

export function ServerLink({ slug }: { readonly slug: string }) {
  return (
    <Link to="/servers/$server" params={{ server: slug }} className={linkClass}>
      <Untrusted text={slug} />
    </Link>
  );
}

type Request = { readonly id: string; readonly target: string; readonly method: string };

/** By the tool, or else by what was asked. */
export function RequestLink({ of: { id, method, target } }: { readonly of: Request }) {
  return (
    <Link to="/log/$decision" params={{ decision: id }} className={bareLinkClass}>
      <Untrusted text={target === '' ? method : target} />
    </Link>
  );
}
