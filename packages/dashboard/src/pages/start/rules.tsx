import { CLASSES } from '@boomgate/catalogue/classes';
import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { capital, Untrusted } from '../../ui/index.ts';
import { ClassBadge } from '../../words/index.ts';

export type Recommendation = AnswerOf<Endpoints['catalogue']['recommend']>;

/** What is recommended, in words: by class, the worst first, and by what is said of each. */
export function Rules({ of: { leftOut, tools } }: { readonly of: Recommendation }) {
  const groups = CLASSES.toReversed().flatMap((name) => {
    const ofClass = tools.filter((one) => one.class === name && !leftOut.includes(one.tool));
    return [...Map.groupBy(ofClass, ({ effect }) => effect)].flatMap(([effect, named]) => {
      const [first] = named;
      return first === undefined ? [] : [{ name, named, first, effect }];
    });
  });
  return (
    <div className="flex flex-col gap-2">
      <h2 className="font-semibold text-lg">Recommended, by what its tools can do</h2>
      <ul aria-label="Recommended rules" className="flex flex-col divide-y divide-line">
        {groups.map(({ effect, first, name, named }) => (
          <li key={`${name} ${effect}`} className="grid gap-x-4 gap-y-1 py-2.5 sm:grid-cols-[8rem_1fr]">
            <span>
              <ClassBadge of={name} severity={first.severity} />
            </span>
            <span className="min-w-0">
              <span className="font-medium">
                <Untrusted text={ruleOf(effect)} />
              </span>
              <span className="mt-1 flex flex-wrap gap-1">
                {named.map(({ tool }) => (
                  <code key={tool} className="break-all rounded bg-sunken px-1 py-0.5 font-mono text-sm">
                    <Untrusted text={tool} />
                  </code>
                ))}
              </span>
            </span>
          </li>
        ))}
        <li className="grid gap-x-4 gap-y-1 py-2.5 sm:grid-cols-[8rem_1fr]">
          <span className="text-soft">Everything else</span>
          <span className="font-medium">Refused, including tools that the server adds later</span>
        </li>
      </ul>
      {leftOut.length === 0 ? null : (
        <p className="text-soft text-sm">
          No rule can name {leftOut.length === 1 ? 'one tool' : `${leftOut.length} tools`} exactly, so they
          are refused as well: <Untrusted text={leftOut.join(', ')} />
        </p>
      )}
    </div>
  );
}

/** What the catalogue says of a rule, of each of several tools; not that everything else is refused, which is said once. */
function ruleOf(effect: string): string {
  const each = effect
    .replace(/^the tool /, 'each ')
    .replace(/; everything else on the server is refused$/, '');
  return capital(each);
}
