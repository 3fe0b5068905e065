import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef } from 'react';
import { api, bodyOf } from '../../app/api.ts';
import { Loaded } from '../../app/loaded.tsx';
import { queryClient } from '../../app/query.ts';
import { Bar, Card, Code, Countdown, Section } from '../../ui/index.ts';
import { fullness, limitInWords } from '../../words/index.ts';

type LimitUsage = AnswerOf<Endpoints['grants']['usage']>['limits'][number];

/** Milliseconds between two looks, however many calls come in between. */
const LOOK_MS = 1_000;
/** Counters of one limit that are shown, where sessions or arguments are counted apart. */
const SHOWN_COUNTERS = 5;

/** What is used of each limit of a grant; read again after its calls. */
export function UsageBars({ after, grant }: { readonly grant: string; readonly after: number }) {
  const key = ['grants', 'usage', grant];
  const usage = useQuery({
    queryKey: key,
    queryFn: () => bodyOf(api.grants.usage({ params: { grant } })),
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const look = useEffectEvent(() => {
    timer.current = undefined;
    void queryClient.invalidateQueries({ queryKey: key });
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a newer call is why it is read again
  useEffect(() => {
    timer.current ??= setTimeout(() => look(), LOOK_MS);
  }, [after]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <Section title="Limits">
      <Loaded of={usage} what="what is used">
        {({ limits }) =>
          limits.length === 0 ? (
            <p className="text-soft">Its policy has no limits.</p>
          ) : (
            <Card>
              <ul className="flex flex-col gap-4">
                {limits.map((one) => (
                  <li key={`${one.server} ${one.rule}`}>
                    <OneLimit of={one} />
                  </li>
                ))}
              </ul>
            </Card>
          )
        }
      </Loaded>
    </Section>
  );
}

function OneLimit({ of }: { readonly of: LimitUsage }) {
  return (
    <div className="grid gap-x-6 gap-y-1 md:grid-cols-2">
      <div className="min-w-0">
        <p>{limitInWords(of)}</p>
        <p className="text-soft text-sm">
          <Code>{of.rule}</Code> on {of.server}
        </p>
      </div>
      <div className="flex flex-col gap-1">
        <Bar label={of.counter} max={of.max} used={of.used} tone={fullness(of)} />
        <p className="text-soft text-sm">
          {of.freesAt === undefined ? (
            'none of it is used'
          ) : (
            <>
              some frees up in <Countdown to={of.freesAt} over="a moment" />
            </>
          )}
        </p>
        {of.perKey === undefined ? null : <PerKey of={of} counters={of.perKey} />}
      </div>
    </div>
  );
}

/** Sessions or arguments that are counted apart. Which they are is not told. */
function PerKey({
  counters: { counters, fullest, isComplete },
  of,
}: {
  readonly of: LimitUsage;
  readonly counters: NonNullable<LimitUsage['perKey']>;
}) {
  if (counters < 2) return null;
  return (
    <details>
      <summary className="cursor-pointer text-accent-text text-sm">
        {isComplete ? '' : 'at least '}
        {counters.toLocaleString()} are counted apart; the fullest
      </summary>
      <ul className="mt-1 flex flex-col gap-1">
        {fullest.slice(0, SHOWN_COUNTERS).map((one, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: their names are not told
          <li key={at}>
            <Bar
              label={`${of.counter}, number ${at + 1}`}
              max={of.max}
              used={one.used}
              tone={fullness({ max: of.max, used: one.used })}
            />
          </li>
        ))}
      </ul>
    </details>
  );
}
