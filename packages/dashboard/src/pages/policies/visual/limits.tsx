import { useState } from 'react';
import { type Limit, limitWords, readLimit } from '../../../builder/index.ts';
import { Button, Each, Section } from '../../../ui/index.ts';
import { JsonBlock } from './json-block.tsx';
import { OneLimit } from './limit.tsx';
import { Said } from './sentence.tsx';

/** The limits of an entry or of all tools, as sentences that open. `counter` names the next one. */
export function Limits({
  counter,
  of = [],
  onChange,
}: {
  readonly counter: string;
  readonly of: readonly Limit[] | undefined;
  readonly onChange: (limits: readonly Limit[] | undefined) => void;
}) {
  const [opened, setOpened] = useState<number>();
  const change = (index: number, limit: Limit | undefined) => {
    const next = limit === undefined ? of.filter((_, at) => at !== index) : of.with(index, limit);
    if (limit === undefined) setOpened(undefined);
    onChange(next.length === 0 ? undefined : next);
  };
  const append = () => {
    onChange([
      ...of,
      { kind: 'window', counter: freeCounter(counter, of), window: 'minute', max: 10, scope: 'grant' },
    ]);
    setOpened(of.length);
  };
  return (
    <Section title="Limits" actions={<Button onClick={append}>Add a limit</Button>}>
      {of.length === 0 ? <p className="text-soft text-sm">Nothing is counted.</p> : null}
      <ul className="flex flex-col gap-2">
        <Each of={of}>
          {(limit, index) => (
            <li className="flex flex-col gap-3 rounded-md border border-line bg-card p-2.5">
              <div className="flex flex-wrap items-start justify-between gap-2">
                <p className="min-w-0 flex-1 basis-48 py-1">
                  <Said of={limitWords(limit)} />
                </p>
                <div className="flex gap-1">
                  <Button
                    kind="quiet"
                    aria-expanded={opened === index}
                    onClick={() => setOpened(opened === index ? undefined : index)}
                  >
                    {opened === index ? 'Close' : 'Change'}
                  </Button>
                  <Button kind="quiet" onClick={() => change(index, undefined)}>
                    Remove
                  </Button>
                </div>
              </div>
              {opened === index ? <Opened limit={limit} onChange={(next) => change(index, next)} /> : null}
            </li>
          )}
        </Each>
      </ul>
    </Section>
  );
}

function Opened({
  limit,
  onChange,
}: {
  readonly limit: Limit;
  readonly onChange: (limit: Limit | undefined) => void;
}) {
  if (limit.kind !== 'json') return <OneLimit of={limit} onChange={onChange} />;
  return (
    <JsonBlock
      label="limit"
      isRemovable={false}
      value={limit.value}
      onChange={(value) => onChange(value === undefined ? undefined : readLimit(value))}
    />
  );
}

/** Two limits that share a counter share what they count, which nobody wants unasked. */
function freeCounter(base: string, limits: readonly Limit[]): string {
  const taken = new Set(limits.map((limit) => (limit.kind === 'json' ? '' : limit.counter)));
  let counter = base;
  for (let number = 2; taken.has(counter); number += 1) counter = `${base} ${number}`;
  return counter;
}
