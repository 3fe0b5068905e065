import type { JsonObject } from '@boomgate/engine';
import { type ReactNode, useEffect, useRef } from 'react';
import {
  freeCounter,
  isAbout,
  type Offered,
  type Place,
  placeKey,
  put,
  type RuleAt,
  valueAt,
} from '../../../builder/index.ts';
import { Untrusted } from '../../../ui/index.ts';
import { ClassBadge } from '../../../words/index.ts';
import { type Finding, FindingList } from '../findings.tsx';
import { Custom } from './custom.tsx';
import { type Definition, useDefinition } from './definition.ts';
import { FieldsProvider } from './fields.tsx';
import { LedProvider } from './led.tsx';
import { PlacesList } from './places-list.tsx';
import { RecommendedRule } from './recommended.tsx';
import { ToolForm } from './tool.tsx';
import { AccessLists, WholePolicy } from './whole.tsx';

/** A change of the document, which becomes one step back. */
type Edit = (document: JsonObject) => void;

type Shown = {
  readonly document: JsonObject;
  readonly place: Place;
  readonly offered: readonly Offered[];
  readonly server: string | undefined;
  readonly isReadOnly: boolean;
  /** What is wrong with the document as it is now. */
  readonly findings: readonly Finding[];
  readonly onChange: Edit;
  /** The rule that somebody is being led to, in this part or another. */
  readonly led: RuleAt | undefined;
  /** They are there. */
  readonly onLed: () => void;
};

/** From here on there is room for two columns (Tailwind's `md`). */
const SIDE_BY_SIDE = '(min-width: 48rem)';

/** The policy in parts: all of them on the left, the chosen one in the middle, what helps with it on the right. */
export function Visual({
  children,
  onGo,
  ...shown
}: Shown & {
  readonly onGo: (place: Place) => void;
  /** Stands on the right, below what is recommended. */
  readonly children?: ReactNode;
}) {
  const { document, isReadOnly, offered, onChange, place, server } = shown;
  const tool = place.kind === 'tool' ? place.name : undefined;
  const known = offered.find(({ name }) => name === tool);
  const middle = useRef<HTMLDivElement>(null);
  const go = (next: Place) => {
    onGo(next);
    // In one column the chosen part is below the list.
    if (!window.matchMedia(SIDE_BY_SIDE).matches) middle.current?.scrollIntoView();
  };
  return (
    <div className="grid min-w-0 gap-5 md:grid-cols-[13rem_minmax(0,1fr)] xl:grid-cols-[14rem_minmax(0,1fr)_19rem]">
      <PlacesList
        document={document}
        offered={offered}
        isOfAnyServer={server === undefined}
        place={place}
        onGo={go}
        onSkip={() => middle.current?.querySelector<HTMLElement>('[tabindex="-1"]')?.focus()}
      />
      <div ref={middle} className="min-w-0 scroll-mt-4">
        <Middle {...shown} />
      </div>
      <div className="flex min-w-0 flex-col gap-4 md:col-start-2 xl:sticky xl:top-4 xl:col-start-3 xl:max-h-[calc(100dvh-2rem)] xl:self-start xl:overflow-y-auto">
        {known === undefined || isReadOnly ? null : (
          <RecommendedRule document={document} of={known} onChange={onChange} />
        )}
        {children}
      </div>
    </div>
  );
}

/** What somebody is led to has the focus; where it is no row of a list, the part that it is in. */
function useLed({ led, onLed, place }: Shown) {
  const part = useRef<HTMLElement>(null);
  const here = led !== undefined && placeKey(led.place) === placeKey(place) ? led : undefined;
  useEffect(() => {
    if (here === undefined) return;
    // Effects of what is in it come first.
    if (part.current?.contains(window.document.activeElement) !== true) part.current?.focus();
    onLed();
  }, [here, onLed]);
  return { here, part };
}

function Middle(shown: Shown) {
  const { findings, isReadOnly, offered, place, server } = shown;
  const { here, part } = useLed(shown);
  const name = place.kind === 'tool' ? place.name : undefined;
  const definition = useDefinition(place, offered);
  const tool = offered.find((one) => one.name === name);
  const own = findings.filter(({ pointer }) => isAbout(place, pointer));
  return (
    <section
      ref={part}
      tabIndex={-1}
      aria-label="The chosen part"
      className="flex scroll-mt-4 min-w-0 flex-col gap-4"
    >
      <header className="flex flex-col gap-1">
        <h2 className="flex min-w-0 flex-wrap items-center gap-2 break-all font-semibold text-xl">
          <Untrusted text={titleOf(place)} />
          {tool === undefined ? null : <ClassBadge of={tool.class} severity={tool.severity} />}
        </h2>
        {tool === undefined || server !== undefined ? null : (
          <p className="text-soft">Of {tool.servers.join(', ')}.</p>
        )}
        <About place={place} definition={definition} />
      </header>
      {own.length === 0 ? null : <FindingList label="Problems in this part" of={own} />}
      <FieldsProvider value={definition.fields}>
        <fieldset disabled={isReadOnly} data-undo="document" className="min-w-0">
          <legend className="sr-only">What the policy says</legend>
          <LedProvider value={here}>
            <Form {...shown} />
          </LedProvider>
        </fieldset>
      </FieldsProvider>
    </section>
  );
}

const TITLES = { policy: 'Whole policy', all_tools: 'All tools', access: 'Resources and prompts' } as const;

function titleOf(place: Place): string {
  return place.kind === 'tool' ? place.name : TITLES[place.kind];
}

const LEADS = {
  policy: 'What applies to the whole policy.',
  all_tools: 'Checked for every call, before the rules of its tool.',
  access: 'What agents may read besides calling tools.',
} as const;

function About({ definition, place }: { readonly place: Place; readonly definition: Definition }) {
  if (place.kind !== 'tool') return <p className="text-soft">{LEADS[place.kind]}</p>;
  if (place.name.includes('*'))
    return <p className="text-soft">For every tool whose name matches and that has no entry of its own.</p>;
  if (definition.description === '') return null;
  return (
    <p className="line-clamp-3 text-soft">
      <Untrusted text={definition.description} />
    </p>
  );
}

function Form({ document, onChange, place }: Shown) {
  switch (place.kind) {
    case 'policy':
      return <WholePolicy document={document} onChange={onChange} />;
    case 'access':
      return <AccessLists document={document} onChange={onChange} />;
    case 'tool':
      return <ToolForm key={place.name} document={document} name={place.name} onChange={onChange} />;
    case 'all_tools':
      return (
        <Custom
          isAllTools
          counter={freeCounter(document, 'all_calls')}
          value={valueAt(document, ['all_tools']) ?? {}}
          onChange={(next) => onChange(put(document, ['all_tools'], isEmpty(next) ? undefined : next))}
        />
      );
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
