import { parsePolicy } from '@boomgate/engine';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Loaded } from '../../app/loaded.tsx';
import { policiesQuery, policyQuery } from '../../app/reads.ts';
import { JsonEditor } from '../../editor/index.ts';
import { engineFunctions } from '../../engine/index.ts';
import { TryIt } from '../../try-it/index.ts';
import { Button, Loading, ProblemNote, Section, SelectField } from '../../ui/index.ts';
import type { Decision } from './decision-type.ts';
import { KeptNote } from './kept.tsx';
import { type KnownCall, useKnownCall } from './known-call.ts';

/** A call like this one against any policy as it is now, or as somebody would have it; nothing is saved and nothing counted. */
export function TrySection({ of }: { readonly of: Decision }) {
  const [chosen, setChosen] = useState(of.policy);
  const policies = useQuery(policiesQuery);
  const known = useKnownCall(of);
  if (policies.isLoadingError) return <ProblemNote error={policies.error} retry={policies.refetch} />;
  if (policies.data === undefined || known === undefined) return <Loading what="the policies" />;
  const names = [...new Set(policies.data.items.map(({ name }) => name))];
  return (
    <Section title="Try this call against another policy">
      <KeptNote of={of} />
      <div className="max-w-md">
        <SelectField label="Policy" value={chosen} onChange={({ target }) => setChosen(target.value)}>
          {names.includes(chosen) ? null : <option value={chosen}>choose one</option>}
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
      </div>
      {names.includes(chosen) ? <Against key={chosen} policy={chosen} of={of} known={known} /> : null}
    </Section>
  );
}

type Trying = { readonly of: Decision; readonly known: KnownCall };

function Against({ policy, ...trying }: Trying & { readonly policy: string }) {
  const query = useQuery(policyQuery(policy));
  return (
    <Loaded of={query} what="the policy">
      {({ body, etag }) => (
        // What was read before may be an earlier version: a later one begins anew.
        <Written key={etag} {...trying} text={body.text} />
      )}
    </Loaded>
  );
}

function Written({ known, of, text }: Trying & { readonly text: string }) {
  const [document, setDocument] = useState(text);
  const [isShown, setShown] = useState(false);
  return (
    <>
      <TryIt document={document} tools={known.tools} tool={of.target} start={known.start} />
      <div>
        <Button aria-expanded={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? 'Hide the document' : 'Change the document to see what would be decided'}
        </Button>
      </div>
      {isShown ? <Change document={document} onChange={setDocument} of={of} /> : null}
    </>
  );
}

function Change({
  document,
  of,
  onChange,
}: {
  readonly document: string;
  readonly of: Decision;
  readonly onChange: (document: string) => void;
}) {
  const problems = useMemo(() => {
    const read = parsePolicy(document, engineFunctions);
    return read.ok ? read.warnings : read.problems;
  }, [document]);
  return (
    <div className="flex flex-col gap-2">
      <JsonEditor
        label="Document to try"
        text={document}
        onChange={onChange}
        problems={problems}
        toolNames={[of.target]}
      />
      <p className="text-soft text-sm">This is only a try: nothing is saved.</p>
    </div>
  );
}
