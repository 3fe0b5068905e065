import { useQuery } from '@tanstack/react-query';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Loaded } from '../../app/loaded.tsx';
import { queryClient } from '../../app/query.ts';
import { Card, CheckField, FormProblem, notify, Section } from '../../ui/index.ts';

const KEY = ['notifications'];

/** Whether the person who is signed in wants letters of calls that wait. */
export function Letters() {
  const act = useAct();
  const query = useQuery({ queryKey: KEY, queryFn: () => bodyOf(api.notifications.read()) });
  const change = async (mailApprovals: boolean) => {
    const done = await act.run(() => bodyOf(api.notifications.change({ body: { mailApprovals } })));
    if (done === undefined) return;
    queryClient.setQueryData(KEY, done);
    notify(mailApprovals ? 'You get letters' : 'You get no letters');
  };
  return (
    <Section title="Letters">
      <Card>
        <Loaded of={query} what="what you are told of">
          {(wanted) => (
            <>
              <CheckField
                label="An e-mail for each call that waits for an approver"
                hint={
                  wanted.isMailConfigured
                    ? 'It holds the call with its arguments, and the link to decide it.'
                    : 'This gateway has no mail server: nothing is sent until it has one.'
                }
                checked={wanted.mailApprovals}
                disabled={act.isBusy}
                onChange={({ target }) => void change(target.checked)}
              />
              <FormProblem text={act.problem} />
            </>
          )}
        </Loaded>
      </Card>
    </Section>
  );
}
