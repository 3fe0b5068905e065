import { type AnswerOf, type Endpoints, TOOL_CLASSES } from '@boomgate/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { api, bodyOf } from '../../app/api.ts';
import { ATTACK_CATEGORIES, type AttackSearch, COVERAGES, readAttackSearch } from '../../app/search/index.ts';
import {
  capital,
  Empty,
  Loading,
  linkClass,
  Page,
  ProblemNote,
  Section,
  SelectField,
  TextField,
} from '../../ui/index.ts';
import { COVERED, PageBadge } from '../../words/index.ts';

type Attack = AnswerOf<Endpoints['attacks']['list']>['items'][number];

export function AttacksPage() {
  const search = useSearch({ from: '/inside/attacks' });
  const attacks = useQuery({
    queryKey: ['attacks'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => bodyOf(api.attacks.list()),
  });
  const shown = attacks.data?.items.filter((one) => matches(one, search));
  return (
    <Page
      title="Attacks"
      lead="Known attacks on agents and their tools, each with a public case and how far a policy prevents it."
    >
      <Filter search={search} />
      {attacks.isError ? <ProblemNote error={attacks.error} retry={attacks.refetch} /> : null}
      {attacks.isPending ? <Loading what="attacks" /> : null}
      {shown?.length === 0 ? <Empty title="No attack matches">Remove a filter.</Empty> : null}
      {ATTACK_CATEGORIES.map((category) => (
        <Category
          key={category}
          name={category}
          of={shown?.filter((one) => one.category === category) ?? []}
        />
      ))}
    </Page>
  );
}

function matches(
  attack: Attack,
  { category, class: toolClass, coverage, words = '' }: AttackSearch,
): boolean {
  const text = `${attack.name} ${attack.happens} ${attack.slug}`.toLowerCase();
  return (
    (category ?? attack.category) === attack.category &&
    (coverage ?? attack.coverage) === attack.coverage &&
    (toolClass === undefined || attack.classes.includes(toolClass)) &&
    words
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word))
  );
}

function Category({ name, of }: { readonly name: string; readonly of: readonly Attack[] }) {
  if (of.length === 0) return null;
  return (
    <Section title={capital(name)}>
      <ul className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
        {of.map(({ classes, coverage, happens, name: title, slug }) => (
          <li
            key={slug}
            className="flex flex-col items-start gap-1.5 rounded-lg border border-line bg-card p-3"
          >
            <Link
              to="/catalogue/attacks/$attack"
              params={{ attack: slug }}
              className={`${linkClass} font-medium`}
            >
              {title}
            </Link>
            <p className="text-sm">{happens}</p>
            <div className="mt-auto flex flex-wrap items-center gap-2 pt-1 text-soft text-xs">
              <PageBadge text={coverage} />
              {classes.join(', ')}
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Filter({ search }: { readonly search: AttackSearch }) {
  const navigate = useNavigate();
  const change = (change: Record<string, string>) =>
    void navigate({ to: '/attacks', search: readAttackSearch({ ...search, ...change }), replace: true });
  return (
    <search className="flex flex-wrap items-end gap-3">
      <div className="min-w-48 flex-1">
        <TextField
          label="Search"
          type="search"
          placeholder="injection, loop, package …"
          value={search.words ?? ''}
          onChange={({ target }) => change({ words: target.value })}
        />
      </div>
      <Choice
        name="Kind"
        of={ATTACK_CATEGORIES}
        value={search.category}
        choose={(category) => change({ category })}
      />
      <Choice
        name="Prevented"
        of={COVERAGES}
        words={COVERED satisfies Record<Attack['coverage'], string>}
        value={search.coverage}
        choose={(coverage) => change({ coverage })}
      />
      <Choice
        name="Tools that are"
        of={TOOL_CLASSES}
        value={search.class}
        choose={(toolClass) => change({ class: toolClass })}
      />
    </search>
  );
}

function Choice({
  choose,
  name,
  of,
  value,
  words = {},
}: {
  readonly name: string;
  readonly of: readonly string[];
  readonly value: string | undefined;
  readonly words?: Readonly<Record<string, string>>;
  readonly choose: (value: string) => void;
}) {
  return (
    <div className="w-44">
      <SelectField label={name} value={value ?? ''} onChange={({ target }) => choose(target.value)}>
        <option value="">all</option>
        {of.map((one) => (
          <option key={one} value={one}>
            {words[one] ?? one}
          </option>
        ))}
      </SelectField>
    </div>
  );
}
