import { type Limit, limitWords, readLimit } from '../../../builder/index.ts';
import { JsonBlock } from './json-block.tsx';
import { OneLimit } from './limit.tsx';
import { type ListTexts, OpenedList } from './opened-list.tsx';

const TEXTS: ListTexts = { title: 'Limits', add: 'Add a limit', none: 'Nothing is counted.' };

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
  const fresh = (): Limit => ({
    kind: 'window',
    counter,
    window: 'minute',
    max: 10,
    scope: 'grant',
  });
  return (
    <OpenedList section="limits" of={of} texts={TEXTS} wordsOf={limitWords} fresh={fresh} onChange={onChange}>
      {(limit, change) => <Opened limit={limit} onChange={change} />}
    </OpenedList>
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
