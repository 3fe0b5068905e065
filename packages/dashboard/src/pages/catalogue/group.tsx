import {
  CLASSES,
  EFFECT_OF,
  MEANING_OF,
  recommend,
  SEVERITIES,
  type Severity,
  severityOf,
  type ToolClass,
} from '@boomgate/catalogue';
import { Link, useParams } from '@tanstack/react-router';
import { Listed } from '../../app/list.tsx';
import { CodeBlock, Crumbs, Empty, linkClass, Page, Section } from '../../ui/index.ts';
import { ClassBadge, SeverityBadge } from '../../words/index.ts';
import { useSearchOf } from './search.ts';
import { Tools } from './tools.tsx';

/** All tools of a level, and what the level means. */
export function LevelPage() {
  const { level } = useParams({ from: '/inside/catalogue/level/$level' });
  const severity = SEVERITIES.find((one) => one.toLowerCase() === level);
  if (severity === undefined) return <Unknown what="level" />;
  const classes = CLASSES.filter((name) => severityOf(name) === severity);
  return <Group title={`${severity} risk`} classes={classes} search={{ severity }} />;
}

/** All tools of a class, and what the class means. */
export function ClassPage() {
  const { class: name } = useParams({ from: '/inside/catalogue/class/$class' });
  const toolClass = CLASSES.find((one) => one.toLowerCase() === name);
  if (toolClass === undefined) return <Unknown what="class" />;
  return <Group title={toolClass} classes={[toolClass]} search={{ class: toolClass }} />;
}

const ABOVE = (
  <Crumbs
    of={[
      <Link key="up" to="/catalogue" className={linkClass}>
        Catalogue
      </Link>,
    ]}
  />
);

function Unknown({ what }: { readonly what: string }) {
  return (
    <Page title={`There is no such ${what}`} above={ABOVE}>
      <Empty title="Nothing is known about it" />
    </Page>
  );
}

function Group({
  classes,
  search,
  title,
}: {
  readonly title: string;
  readonly classes: readonly ToolClass[];
  readonly search: { readonly severity?: Severity; readonly class?: ToolClass };
}) {
  const found = useSearchOf(search);
  const { first } = found;
  return (
    <Page title={title} above={ABOVE}>
      {classes.map((name) => (
        <Meaning key={name} of={name} />
      ))}
      <Section
        title={
          first === undefined
            ? 'Tools'
            : `${first.toolCount.toLocaleString()} ${first.isCapped ? 'or more tools' : 'tools'} in the index`
        }
      >
        <Listed of={found} what="tools" empty={<Empty title="No tools in the index" />}>
          {(items) => <Tools items={items} />}
        </Listed>
      </Section>
    </Page>
  );
}

/** What a class is, and the rule that is recommended for it. */
function Meaning({ of }: { readonly of: ToolClass }) {
  const { policy } = recommend([{ name: 'tool_name', class: of }]);
  return (
    <div className="grid items-start gap-4 md:grid-cols-2">
      <div className="flex flex-col items-start gap-2">
        <div className="flex gap-1.5">
          <ClassBadge of={of} severity={severityOf(of)} />
          <SeverityBadge severity={severityOf(of)} />
        </div>
        <p className="max-w-prose text-lg">
          A tool of the class {of} {MEANING_OF[of]}.
        </p>
        <p className="max-w-prose text-soft">
          The recommended rule for it: with it {EFFECT_OF[of]}. If several classes apply to a tool, the worst
          of them counts.
        </p>
        <Link to="/attacks" search={{ class: of }} className={linkClass}>
          Attacks that abuse such tools
        </Link>
      </div>
      <CodeBlock name="policy.json" label={`Rule for ${of}`} text={JSON.stringify(policy, null, 2)} />
    </div>
  );
}
