import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Card, Code, Section, Untrusted } from '../../ui/index.ts';

type Saved = AnswerOf<Endpoints['policies']['save']>;

/** What a save came to: in force or waiting for a second person, what differs, and whether more is let through. */
export function SavedNote({ of }: { readonly of: Saved }) {
  return (
    <Section
      title={
        of.policy === undefined ? 'It waits for a second person' : `Version ${of.policy.version} is in force`
      }
    >
      <Card>
        <Widens of={of.widens} />
        {of.difference.length === 0 ? null : (
          <ul aria-label="What differs" className="mt-3 flex flex-col gap-1 text-sm">
            {of.difference.map(({ kind, pointer }) => (
              <li key={`${kind} ${pointer}`}>
                {kind} <Code>{pointer === '' ? 'the whole document' : pointer}</Code>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </Section>
  );
}

function Widens({ of: { example, places, verdict } }: { readonly of: Saved['widens'] }) {
  if (verdict === 'no') return <p className="text-good">✓ Nothing is let through that was not before.</p>;
  return (
    <div className="flex flex-col gap-1">
      <p className="text-warn">
        {verdict === 'yes'
          ? '▲ More is let through than before.'
          : '▲ More may be let through than before: it could not be ruled out.'}
      </p>
      {example === undefined ? null : (
        <p>
          For example <Code>{example.target}</Code>
          {example.args === undefined ? null : (
            <>
              {' '}
              with <Code>{example.args}</Code>
            </>
          )}
          : {example.before.outcome} before, {example.after.outcome} now.
        </p>
      )}
      {places.map(({ pointer, what }) => (
        <p key={pointer} className="text-soft text-sm">
          <Code>{pointer}</Code> <Untrusted text={what} />
        </p>
      ))}
    </div>
  );
}
