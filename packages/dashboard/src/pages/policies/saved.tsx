import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Card, Code, Section } from '../../ui/index.ts';
import { Widens } from '../../words/index.ts';

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
