import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { recommendationQuery } from '../../app/reads.ts';
import { useTexts } from '../../app/texts.ts';
import {
  Button,
  buttonClass,
  Card,
  Disclosure,
  FormProblem,
  Loading,
  notify,
  ProblemNote,
  TextArea,
  TextField,
} from '../../ui/index.ts';
import { ProbeResult, useProbe, useProbeAtOnce } from '../servers/probe.tsx';
import { type Recommendation, Rules } from './rules.tsx';
import { Skip } from './skip.tsx';

type Done = (policy: string | undefined) => void;

/** Connects to the server, and recommends a policy by what its tools can do. */
export function PolicyStep({ onDone, server }: { readonly server: string; readonly onDone: Done }) {
  const probe = useProbe(server);
  useProbeAtOnce(probe, true);
  const recommended = useQuery({
    ...recommendationQuery(server),
    enabled: probe.isSuccess || probe.isError,
    staleTime: 0,
  });
  const hasTools = (recommended.data?.tools.length ?? 0) > 0;
  return (
    <div className="flex flex-col gap-4">
      <ProbeResult of={probe} />
      {recommended.isError ? <ProblemNote error={recommended.error} retry={recommended.refetch} /> : null}
      {recommended.isFetching && recommended.data === undefined ? (
        <Loading what="what its tools can do" />
      ) : null}
      {recommended.data !== undefined && hasTools ? (
        <Recommended server={server} of={recommended.data} onDone={onDone} />
      ) : null}
      {recommended.data !== undefined && !hasTools ? (
        <Card>
          <p>Its tools are not known, so nothing can be recommended yet.</p>
          <div className="mt-3 flex flex-wrap gap-2">
            <Button isBusy={probe.isPending} onClick={() => probe.mutate()}>
              Try again
            </Button>
            <Link to="/servers/$server" params={{ server }} className={buttonClass()}>
              Look at the server
            </Link>
          </div>
          <Skip onSkip={() => onDone(undefined)}>Continue without a policy of its own</Skip>
        </Card>
      ) : null}
    </div>
  );
}

function Recommended({
  of,
  onDone,
  server,
}: {
  readonly of: Recommendation;
  readonly server: string;
  readonly onDone: Done;
}) {
  const act = useAct();
  const [recommendedText] = useState(() => JSON.stringify(of.policy, null, 2));
  const { field, texts } = useTexts(act, { name: `${server}-safe`, document: recommendedText });
  const isChanged = texts.document !== recommendedText;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const note = isChanged ? 'changed from what is recommended' : 'as recommended';
    const body = { ...texts, server, note };
    const made = await act.run(() => bodyOf(api.policies.create({ body })));
    if (made === undefined) return;
    await queryClient.invalidateQueries({ queryKey: ['policies'] });
    if (made.policy === undefined) {
      await queryClient.invalidateQueries({ queryKey: ['proposals'] });
      notify('The policy waits for a second person. Attach it once it is accepted.');
    }
    onDone(made.policy === undefined ? undefined : texts.name);
  };
  return (
    <Card>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Rules of={of} />
        <Disclosure name="Show the document" isOpen={act.faultOf('document') !== undefined}>
          {isChanged ? (
            <p className="text-sm text-warn">Changed by hand: the list above is what was recommended.</p>
          ) : null}
          <TextArea label="Document" rows={16} {...field('document')} />
        </Disclosure>
        <div className="max-w-md">
          <TextField label="Name of the policy" required {...field('name')} />
        </div>
        <FormProblem text={act.problem} />
        <div>
          <Button type="submit" kind="main" isBusy={act.isBusy}>
            Save the policy
          </Button>
        </div>
      </form>
      <Skip onSkip={() => onDone(undefined)}>Skip: use an existing policy, or write one later</Skip>
    </Card>
  );
}
