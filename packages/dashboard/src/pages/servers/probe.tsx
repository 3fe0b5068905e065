import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, bodyOf } from '../../app/api.ts';
import { ProblemNote, Signal, Untrusted } from '../../ui/index.ts';
import { serversChanged } from './add/use-add.ts';

type Probed = AnswerOf<Endpoints['servers']['probe']>;

/** Connects to a server now; what it offers is known afterwards. */
export function useProbe(server: string) {
  return useMutation({
    mutationFn: () => bodyOf(api.servers.probe({ params: { server } })),
    onSettled: serversChanged,
  });
}

/** Probes once as soon as it is shown, where that is wanted. */
export function useProbeAtOnce(probe: ReturnType<typeof useProbe>, isWanted: boolean): void {
  const isDone = useRef(false);
  useEffect(() => {
    if (!isWanted || isDone.current) return;
    isDone.current = true;
    probe.mutate();
  }, [isWanted, probe]);
}

export function ProbeResult({ of }: { readonly of: ReturnType<typeof useProbe> }) {
  if (of.isPending)
    return (
      <Signal state="waiting" title="Connecting …">
        A program that is started for the first time may take a while.
      </Signal>
    );
  if (of.isError) return <ProblemNote error={of.error} retry={() => of.mutate()} />;
  return of.data === undefined ? null : <Probed of={of.data} />;
}

function Probed({ of: { era, problem, protocol, state, tools } }: { readonly of: Probed }) {
  if (state === 'failing')
    return (
      <Signal state="failed" title="It cannot be reached">
        <Untrusted text={problem ?? 'It gave no reason.'} />
      </Signal>
    );
  return (
    <Signal state="arrived" title="It answers">
      {era === undefined ? '' : `Of the ${era} era`}
      {protocol === undefined ? '' : `, revision ${protocol}`}.{' '}
      {tools === undefined
        ? 'Its tools could not be listed.'
        : `It offers ${tools} ${tools === 1 ? 'tool' : 'tools'}.`}
    </Signal>
  );
}
