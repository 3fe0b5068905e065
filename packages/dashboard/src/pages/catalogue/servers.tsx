import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Link } from '@tanstack/react-router';
import { linkClass, Untrusted } from '../../ui/index.ts';
import { PageBadge } from '../../words/index.ts';

type Server = AnswerOf<Endpoints['catalogue']['search']>['servers'][number];

const SOURCES: Readonly<Record<Server['source'], string>> = {
  gateway: 'served by this gateway',
  scan: 'scanned here',
  bundled: 'scanned for Boomgate',
  imported: 'imported',
  registry: 'named by a registry',
};

export function Servers({ items }: { readonly items: readonly Server[] }) {
  return (
    <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {items.map((one) => (
        <li key={one.slug} className="flex min-w-0 flex-col gap-1 rounded-lg border border-line bg-card p-3">
          <div className="flex items-start justify-between gap-2">
            <Link
              to="/catalogue/$server"
              params={{ server: one.slug }}
              className={`${linkClass} min-w-0 font-medium`}
            >
              <Untrusted text={one.name} />
            </Link>
            {one.grade === undefined ? null : <PageBadge text={`Grade ${one.grade}`} />}
          </div>
          <p className="line-clamp-2 text-soft text-sm">
            <Untrusted text={one.summary} />
          </p>
          <p className="mt-auto text-soft text-xs">
            {one.tools === undefined ? 'tools not known' : one.tools === 1 ? '1 tool' : `${one.tools} tools`},{' '}
            {SOURCES[one.source]}
          </p>
        </li>
      ))}
    </ul>
  );
}
