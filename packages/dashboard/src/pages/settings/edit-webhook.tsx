import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { useTexts } from '../../app/texts.ts';
import { Answers, Button, Dialog, FormProblem, notify, TextField } from '../../ui/index.ts';
import { EventFields } from './event-fields.tsx';
import type { WebhookEvent } from './webhook-words.ts';
import type { Webhook } from './webhooks.tsx';

/** Another name, address or choice of events of a webhook that people made; its secret stays. */
export function EditWebhook({ of, onClose }: { readonly of: Webhook; readonly onClose: () => void }) {
  const act = useAct();
  const { field, texts } = useTexts(act, { name: of.name, url: '' });
  const [events, setEvents] = useState<readonly WebhookEvent[]>(of.events);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { name, url } = texts;
    const body = { name, ...(url === '' ? {} : { url }), events: [...events] };
    const done = await act.run(() => bodyOf(api.webhooks.update({ params: { webhook: of.id }, body })));
    if (done === undefined) return;
    await queryClient.invalidateQueries({ queryKey: ['webhooks'] });
    notify('It is told so from now on');
    onClose();
  };
  return (
    <Dialog
      title={`Edit ${of.name}`}
      isOpen
      onClose={onClose}
      lead="What waits to be sent goes to the new address too."
    >
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <TextField label="Name" required {...field('name')} />
        <TextField
          label="New address"
          type="url"
          placeholder={of.address}
          hint="Leave it empty to keep the one it has."
          {...field('url')}
        />
        <EventFields events={events} choose={setEvents} error={act.faultOf('events')} />
        <FormProblem text={act.problem} />
        <Answers onBack={onClose}>
          <Button type="submit" kind="main" isBusy={act.isBusy}>
            Save
          </Button>
        </Answers>
      </form>
    </Dialog>
  );
}
