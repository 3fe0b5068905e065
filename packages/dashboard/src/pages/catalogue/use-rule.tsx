import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct } from '../../app/act.ts';
import { policiesQuery, policyQuery } from '../../app/reads.ts';
import { Button, CodeBlock, Dialog, FormProblem, SelectField } from '../../ui/index.ts';
import { type Joined, joinRules } from './join-rules.ts';

/** Takes a recommended document to where policies are written: as a new one, or joined to one that is stored. */
export function UseRule({ document }: { readonly document: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button kind="main" onClick={() => setOpen(true)}>
        Use this rule
      </Button>
      <Dialog
        title="Use this rule"
        lead="You see the draft before anything is saved."
        isOpen={isOpen}
        onClose={() => setOpen(false)}
      >
        <Choice document={document} />
      </Dialog>
    </>
  );
}

const NEW = '';

function Choice({ document }: { readonly document: string }) {
  const act = useAct();
  const navigate = useNavigate();
  const [name, setName] = useState(NEW);
  const policies = useQuery(policiesQuery);
  const target = useQuery({ ...policyQuery(name), enabled: name !== NEW });
  const joined: Joined | undefined =
    name === NEW
      ? { ok: true, text: document, remarks: [] }
      : target.data === undefined
        ? undefined
        : joinRules(target.data.body.text, document);
  const go = async () => {
    if (joined?.ok !== true) return;
    const { text } = joined;
    if (name === NEW) return navigate({ to: '/new-policy', state: { draft: { text } } });
    const base = target.data?.body.version ?? 0;
    return navigate({ to: '/policies/$policy', params: { policy: name }, state: { draft: { text, base } } });
  };
  const stored = policies.data?.items.filter(({ origin }) => origin === 'stored') ?? [];
  return (
    <div className="flex flex-col gap-3">
      <SelectField label="Where" value={name} onChange={({ target: chosen }) => setName(chosen.value)}>
        <option value={NEW}>in a new policy</option>
        {stored.map((policy) => (
          <option key={policy.name} value={policy.name}>
            in {policy.name}, version {policy.version}
          </option>
        ))}
      </SelectField>
      {joined?.ok === true ? (
        <>
          {joined.remarks.map((remark) => (
            <p key={remark} className="text-warn text-sm">
              {remark}
            </p>
          ))}
          <CodeBlock name="draft" text={joined.text} />
        </>
      ) : null}
      <FormProblem text={joined?.ok === false ? joined.problem : target.error?.message} />
      <div className="flex justify-end">
        <Button
          kind="main"
          disabled={joined?.ok !== true}
          isBusy={act.isBusy}
          onClick={() => void act.run(go)}
        >
          Open the draft
        </Button>
      </div>
    </div>
  );
}
