import { useState } from 'react';
import type { Offered, Place } from '../../builder/index.ts';
import { TryIt } from '../../try-it/index.ts';
import { Button, Card } from '../../ui/index.ts';
import { useDefinition } from './visual/index.ts';

/** A call of the part that is looked at against the policy as it is being written. The engine is loaded when it is opened. */
export function TryPart({
  offered,
  place,
  server,
  text,
}: {
  readonly text: string;
  readonly place: Place;
  readonly offered: readonly Offered[];
  readonly server: string | undefined;
}) {
  const [isOpen, setOpen] = useState(false);
  const name = place.kind === 'tool' && !place.name.includes('*') ? place.name : undefined;
  const known = offered.find((one) => one.name === name);
  const { text: definition } = useDefinition(server, known?.name);
  // Of one tool the definition is read; of the others it is not, so they are offered by name alone.
  const shown = known === undefined ? offered : [known];
  const tools = shown.map((tool) => ({
    tool: tool.name,
    class: tool.class,
    severity: tool.severity,
    ...(tool.name === known?.name && definition !== undefined && { definition }),
  }));
  return (
    <section aria-label="Try it">
      <Card>
        <div className="flex flex-col gap-3">
          <div className="flex items-center justify-between gap-2">
            <h2 className="font-semibold">Try it</h2>
            <Button kind="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {isOpen ? 'Close' : 'Open'}
            </Button>
          </div>
          {isOpen ? (
            <TryIt document={text} tools={tools} {...(name !== undefined && { tool: name })} />
          ) : (
            <p className="text-soft text-sm">
              A call, what the policy decides for it as it is here, and why.
            </p>
          )}
        </div>
      </Card>
    </section>
  );
}
