import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { bareLinkClass, Code, linkClass, Untrusted, visible } from '../ui/index.ts';

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

/** By its name, or by its title with the name beside it. */
export function ServerLink({ slug, title }: { readonly slug: string; readonly title?: string | undefined }) {
  const link = (
    <Link to="/servers/$server" params={{ server: slug }} className={linkClass}>
      <Untrusted text={title ?? slug} />
    </Link>
  );
  if (title === undefined) return link;
  return (
    <>
      {link} <Code>{slug}</Code>
    </>
  );
}

/** The same where no link can stand: as an option or a heading. */
export function serverWords({
  slug,
  title,
}: {
  readonly slug: string;
  readonly title?: string | undefined;
}): string {
  return title === undefined ? slug : `${visible(title)} (${slug})`;
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
