import { CLASSES, SEVERITIES } from '@boomgate/catalogue/classes';
import { SelectField, TextField, visible } from '../ui/index.ts';
import type { Facts } from './call.ts';

type Asked = { readonly facts: Facts; readonly onChange: (facts: Facts) => void };

/** Those facts beside the arguments that the policy looks at, and no others. */
export function FactsForm({ facts, onChange, paths }: Asked & { readonly paths: readonly string[] }) {
  const times = paths.filter((path) => path.startsWith('time.'));
  return (
    <>
      {paths.map((path) => (
        <Fact key={path} path={path} facts={facts} onChange={onChange} />
      ))}
      {times.length === 0 ? null : (
        <TextField
          label="Time of the call"
          hint="By your clock; the policy reads it in its own time zone. Empty for the current time."
          type="datetime-local"
          value={facts.time}
          onChange={({ target }) => onChange({ ...facts, time: target.value })}
        />
      )}
    </>
  );
}

const TEXTS: Readonly<
  Record<string, readonly [label: string, fact: 'grant' | 'server' | 'client' | 'clientVersion']>
> = {
  'grant.name': ['Name of the grant', 'grant'],
  'server.name': ['Name of the server', 'server'],
  'client.name': ['Name that the agent reports', 'client'],
  'client.version': ['Version that the agent reports', 'clientVersion'],
};

const LISTS: Readonly<
  Record<string, readonly [label: string, fact: 'class' | 'severity', of: readonly string[]]>
> = {
  'tool.class': ['Class of the tool', 'class', CLASSES],
  'tool.severity': ['Severity of the tool', 'severity', SEVERITIES],
};

const LABEL = 'grant.labels.';

function Fact({ facts, onChange, path }: Asked & { readonly path: string }) {
  const text = TEXTS[path];
  const list = LISTS[path];
  if (text !== undefined) {
    const [label, fact] = text;
    return (
      <TextField
        label={label}
        value={facts[fact]}
        onChange={({ target }) => onChange({ ...facts, [fact]: target.value })}
      />
    );
  }
  if (list !== undefined) {
    const [label, fact, of] = list;
    return (
      <SelectField
        label={label}
        value={facts[fact]}
        onChange={({ target }) => onChange({ ...facts, [fact]: target.value })}
      >
        <option value="">as it was classified</option>
        {of.map((word) => (
          <option key={word}>{word}</option>
        ))}
      </SelectField>
    );
  }
  if (!path.startsWith(LABEL)) return null;
  const name = path.slice(LABEL.length);
  return (
    <TextField
      label={`Label ${visible(name)} of the grant`}
      value={facts.labels[name] ?? ''}
      onChange={({ target }) => onChange({ ...facts, labels: { ...facts.labels, [name]: target.value } })}
    />
  );
}
