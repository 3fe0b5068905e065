import { useQuery } from '@tanstack/react-query';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Loaded } from '../../app/loaded.tsx';
import { queryClient } from '../../app/query.ts';
import { Card, CheckField, FormProblem, notify, Section } from '../../ui/index.ts';

const KEY = ['notifications'];

/** Whether the person who is signed in wants letters of what waits for them. */
export function Letters() {
  const act = useAct();
  const query = useQuery({ queryKey: KEY, queryFn: () => bodyOf(api.notifications.read()) });
  const change = async (letters: boolean) => {
    const done = await act.run(() => bodyOf(api.notifications.change({ body: { letters } })));
    if (done === undefined) return;
    queryClient.setQueryData(KEY, done);
    notify(letters ? 'You get letters' : 'You get no letters');
  };
  return (
    <Section title="Letters">
      <Card>
        <Loaded of={query} what="what you are told of">
          {(wanted) => (
            <>
              <CheckField
                label="An e-mail when something waits for you"
                hint={
                  wanted.isMailConfigured
                    ? 'A call, held tools or a policy that you may decide about, and what became of a change that you proposed. It holds no value of an argument, and the link to look.'
                    : 'This gateway has no mail server: nothing is sent until it has one.'
                }
                checked={wanted.letters}
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
