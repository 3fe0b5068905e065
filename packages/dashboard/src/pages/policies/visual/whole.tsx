import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import { isAccess, put, readPolicy } from '../../../builder/index.ts';
import { Choice, Section, TextField, TextList } from '../../../ui/index.ts';
import { JsonBlock } from './json-block.tsx';

type Change = {
  readonly document: JsonObject;
  readonly onChange: (document: JsonObject) => void;
};

/** Keys that every document has and nobody sets. */
const FIXED = ['version', '$schema'];

/** What is said once in a policy. */
export function WholePolicy({ document, onChange }: Change) {
  const whole = readPolicy(document);
  const set = (key: string, value: Json | undefined) => onChange(put(document, [key], value));
  return (
    <div className="flex flex-col gap-5">
      <Choice
        label="Tools without an entry"
        value={whole.default}
        options={[
          { value: 'deny', label: 'are refused' },
          { value: 'allow', label: 'pass' },
        ]}
        onChange={(value) => set('default', value)}
      />
      <TextField
        label="Description"
        hint="What this policy is for."
        value={whole.description ?? ''}
        onChange={({ target }) => set('description', target.value || undefined)}
      />
      <TextField
        label="Time zone"
        hint="For the calendar and time.hour, such as Europe/Berlin. Leave empty for UTC."
        value={whole.timeZone ?? ''}
        onChange={({ target }) => set('time_zone', target.value || undefined)}
      />
      {whole.rest
        .filter(([key, value]) => !(FIXED.includes(key) && typeof value === 'string') && !ACCESS.has(key))
        .map(([key, value]) => (
          <Section key={key} title={`“${key}” has no form`}>
            <JsonBlock label={`"${key}"`} value={value} onChange={(next) => set(key, next)} />
          </Section>
        ))}
    </div>
  );
}

const ACCESS: ReadonlySet<string> = new Set(['resources', 'prompts']);

/** Resources by their addresses, prompts by their names (policy language §8). */
export function AccessLists({ document, onChange }: Change) {
  return (
    <div className="flex flex-col gap-6">
      <p className="text-soft">
        What matches neither list is {document['default'] === 'allow' ? 'let through' : 'refused'}.
      </p>
      <OneAccess document={document} onChange={onChange} of="resources" />
      <OneAccess document={document} onChange={onChange} of="prompts" />
    </div>
  );
}

function OneAccess({ document, of, onChange }: Change & { readonly of: 'resources' | 'prompts' }) {
  const value = ownProperty(document, of);
  const title = of === 'resources' ? 'Resources' : 'Prompts';
  if (value !== undefined && !isAccess(value))
    return (
      <Section title={title}>
        <JsonBlock label={`"${of}"`} value={value} onChange={(next) => onChange(put(document, [of], next))} />
      </Section>
    );
  const listOf = (list: 'allow' | 'deny'): readonly string[] => {
    const texts = isJsonObject(value) ? ownProperty(value, list) : undefined;
    // `isAccess` found nothing but texts in it.
    return Array.isArray(texts) ? (texts as readonly string[]) : [];
  };
  const change = (list: 'allow' | 'deny', next: readonly string[]) => {
    const changed = put(document, [of, list], next.length === 0 ? undefined : next);
    const rest = ownProperty(changed, of);
    const isEmpty = isJsonObject(rest) && Object.keys(rest).length === 0;
    onChange(isEmpty ? put(changed, [of], undefined) : changed);
  };
  const example = of === 'resources' ? 'docs://*' : 'review_*';
  return (
    <Section title={title}>
      <TextList
        label={`${title} that may be read`}
        add="Add a pattern"
        placeholder={example}
        values={listOf('allow')}
        onChange={(next) => change('allow', next)}
      />
      <TextList
        label={`${title} that may not be read, even so`}
        add="Add a refused pattern"
        placeholder={example}
        values={listOf('deny')}
        onChange={(next) => change('deny', next)}
      />
    </Section>
  );
}
