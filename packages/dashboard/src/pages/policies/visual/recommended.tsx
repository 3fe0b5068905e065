import type { JsonObject } from '@boomgate/engine';
import { useQuery } from '@tanstack/react-query';
import { recommendationQuery } from '../../../app/reads.ts';
import { beforeClosing } from '../../../app/unsaved.tsx';
import { equalJson, type Offered, recommendedFor, takeRecommended } from '../../../builder/index.ts';
import { Button, Card, Code, Untrusted } from '../../../ui/index.ts';
import { ClassBadge } from '../../../words/index.ts';

/** The rule that is recommended for a tool's class, why, and a button that takes it. Of a tool of several servers, for the gravest. */
export function RecommendedRule({
  document,
  of: { name, servers },
  onChange,
}: {
  readonly document: JsonObject;
  readonly of: Offered;
  readonly onChange: (document: JsonObject) => void;
}) {
  const { data } = useQuery(recommendationQuery(servers[0] ?? ''));
  const tool = data?.tools.find((one) => one.tool === name);
  const rule = recommendedFor(data?.policy, name);
  if (tool === undefined || rule === undefined) return null;
  const taken = takeRecommended(document, name, rule);
  const quotes = [
    ...new Set(tool.evidence.filter((one) => one.class === tool.class).map(({ quote }) => quote)),
  ];
  return (
    <section aria-label="Recommended" tabIndex={-1} className="outline-none">
      <Card>
        <div className="flex flex-col gap-2">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <h2 className="font-semibold">Recommended</h2>
            <ClassBadge of={tool.class} severity={tool.severity} />
          </div>
          <p className="text-sm">
            With it <Untrusted text={tool.effect} />
          </p>
          {quotes.length === 0 ? null : (
            <p className="text-soft text-sm">
              It says{' '}
              {quotes.slice(0, 3).map((quote) => (
                <span key={quote}>
                  <Code>{quote}</Code>{' '}
                </span>
              ))}
            </p>
          )}
          {equalJson(taken, document) ? (
            <p className="text-good text-sm">✓ The policy already says so.</p>
          ) : (
            <div>
              <Button onClick={() => beforeClosing(() => onChange(taken))}>Use it</Button>
            </div>
          )}
        </div>
      </Card>
    </section>
  );
}
