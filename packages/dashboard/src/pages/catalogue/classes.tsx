import { CLASSES, MEANING_OF, severityOf } from '@boomgate/catalogue';
import { Link } from '@tanstack/react-router';
import { ClassBadge } from '../../words/index.ts';

/** The five classes, worst first, each leading to its tools. */
export function Classes() {
  return (
    <ul aria-label="Classes" className="grid gap-2 sm:grid-cols-2 lg:grid-cols-5">
      {CLASSES.toReversed().map((name) => (
        <li key={name}>
          <Link
            to="/catalogue/class/$class"
            params={{ class: name.toLowerCase() }}
            className="flex h-full flex-col items-start gap-1.5 rounded-lg border border-line bg-card p-3 hover:border-line-strong"
          >
            <ClassBadge of={name} severity={severityOf(name)} />
            <span className="text-soft text-sm">{MEANING_OF[name]}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
