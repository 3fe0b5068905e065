import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { policyQuery } from '../../app/reads.ts';
import { TryIt } from '../../try-it/index.ts';
import {
  buttonClass,
  Copy,
  Loading,
  ProblemNote,
  Section,
  SelectField,
  TextField,
  visible,
} from '../../ui/index.ts';
import type { Decision } from './decision-type.ts';
import { argumentPath, BEGINNING, valueTyped, type Wish, type WishKind, withWish } from './draft-rule.ts';
import { KeptNote } from './kept.tsx';
import { useKnownCall } from './known-call.ts';

type Policy = {
  readonly name: string;
  readonly origin: 'file' | 'stored';
  readonly version: number;
  readonly document: JsonObject;
};

/** A draft of the policy with a rule for calls like this one; saved where policies are saved, and not here. */
export function RuleSection({ of }: { readonly of: Decision }) {
  const query = useQuery({ ...policyQuery(of.policy), enabled: of.policy !== '' });
  if (query.isLoadingError) return <ProblemNote error={query.error} retry={query.refetch} />;
  if (of.policy !== '' && query.data === undefined) return <Loading what="the policy" />;
  return (
    <Section title="Make a rule from this call">
      <KeptNote of={of} />
      <Wishing of={of} policy={query.data && policyOf(query.data.body)} />
    </Section>
  );
}

function policyOf({
  name,
  origin,
  text,
  version,
}: Omit<Policy, 'document'> & { readonly text: string }): Policy {
  // A stored text was read as a policy before it was saved, so that it is an object of JSON.
  const document = JSON.parse(text) as Json;
  return { name, origin, version, document: isJsonObject(document) ? document : BEGINNING };
}

const KINDS: Readonly<Record<WishKind, string>> = {
  refuse_if: 'Refuse it if an argument …',
  ask_if: 'Ask a person if an argument …',
  limit: 'Limit how often',
  ask: 'Always ask a person',
  allow: 'Let it through',
  deny: 'Always refuse it',
  hide: 'Hide the tool from agents',
};

const OPERATORS = ['eq', 'neq', 'gt', 'lt', 'contains', 'starts_with', 'regex', 'in', 'exists'] as const;

type Form = {
  readonly kind: WishKind;
  readonly argument: string;
  readonly op: string;
  readonly value: string;
  readonly max: number;
  readonly window: 'minute' | 'hour' | 'day';
};

function wishOf({ argument, kind, max, op, value, window }: Form): Wish {
  if (kind === 'limit') return { kind, max, window };
  if (kind === 'refuse_if' || kind === 'ask_if')
    return { kind, path: argumentPath(argument), op, value: valueTyped(value) };
  return { kind };
}

function Wishing({ of, policy }: { readonly of: Decision; readonly policy: Policy | undefined }) {
  const known = useKnownCall(of);
  const [form, setForm] = useState<Form>({
    kind: of.argKeys.length === 0 ? 'limit' : 'refuse_if',
    argument: of.argKeys[0] ?? '',
    op: 'eq',
    value: '',
    max: 10,
    window: 'minute',
  });
  const document = withWish(policy?.document ?? BEGINNING, of.target, wishOf(form));
  const draft = `${JSON.stringify(document, undefined, 2)}\n`;
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <SelectField
          label={`What becomes of ${visible(of.target)}`}
          value={form.kind}
          // The options are the keys of the table.
          onChange={({ target }) => setForm({ ...form, kind: target.value as WishKind })}
        >
          {Object.entries(KINDS).map(([kind, text]) => (
            <option key={kind} value={kind}>
              {text}
            </option>
          ))}
        </SelectField>
        <Particulars of={of} form={form} onChange={setForm} />
      </div>
      <Onwards draft={draft} policy={policy} server={of.server} />
      {known === undefined ? (
        <Loading what="the tool" />
      ) : (
        <TryIt document={draft} tools={known.tools} tool={of.target} start={known.start} />
      )}
    </>
  );
}

/** What the chosen kind still has to be told. */
function Particulars({
  form,
  of,
  onChange,
}: {
  readonly of: Decision;
  readonly form: Form;
  readonly onChange: (form: Form) => void;
}) {
  if (form.kind === 'limit')
    return (
      <>
        <TextField
          label="Calls at most"
          type="number"
          min={0}
          value={form.max}
          onChange={({ target }) =>
            onChange({ ...form, max: Math.max(0, Math.trunc(target.valueAsNumber || 0)) })
          }
        />
        <SelectField
          label="In any"
          value={form.window}
          // The options are the windows.
          onChange={({ target }) => onChange({ ...form, window: target.value as Form['window'] })}
        >
          <option>minute</option>
          <option>hour</option>
          <option>day</option>
        </SelectField>
      </>
    );
  if (form.kind !== 'refuse_if' && form.kind !== 'ask_if') return null;
  return (
    <>
      <TextField
        label="Argument"
        list="arguments-of-the-call"
        value={form.argument}
        onChange={({ target }) => onChange({ ...form, argument: target.value })}
      />
      <datalist id="arguments-of-the-call">
        {of.argKeys.map((key) => (
          <option key={key} value={key} />
        ))}
      </datalist>
      <SelectField
        label="Comparison"
        value={form.op}
        onChange={({ target }) => onChange({ ...form, op: target.value })}
      >
        {OPERATORS.map((op) => (
          <option key={op}>{op}</option>
        ))}
      </SelectField>
      <TextField
        label="Value"
        hint="A number, true, a JSON list, or any other text."
        value={form.value}
        onChange={({ target }) => onChange({ ...form, value: target.value })}
      />
    </>
  );
}

function Onwards({
  draft,
  policy,
  server,
}: {
  readonly draft: string;
  readonly policy: Policy | undefined;
  readonly server: string;
}) {
  if (policy?.origin === 'file')
    return (
      <div className="flex flex-wrap items-center gap-3">
        <p className="text-soft">
          The configuration file declares {visible(policy.name)}: put the draft there.
        </p>
        <Copy text={draft} label="Copy the draft" />
      </div>
    );
  const base = policy === undefined ? {} : { base: policy.version };
  const shown = { state: { draft: { text: draft, ...base } }, className: buttonClass('main') };
  return (
    <div className="flex flex-wrap items-center gap-3">
      {policy === undefined ? (
        <Link to="/new-policy" {...shown}>
          Open as a new policy
        </Link>
      ) : (
        <Link to="/policies/$policy" params={{ policy: policy.name }} {...shown}>
          Open {visible(policy.name)} with this rule
        </Link>
      )}
      <p className="text-soft text-sm">It takes effect once saved there. It is for {visible(server)}.</p>
    </div>
  );
}
