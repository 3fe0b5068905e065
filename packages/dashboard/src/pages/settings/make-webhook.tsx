import { type FormEvent, useState } from 'react';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { queryClient } from '../../app/query.ts';
import { useTexts } from '../../app/texts.ts';
import { Button, Dialog, FormProblem, SelectOne, ShownOnce, TextField } from '../../ui/index.ts';
import { EventFields } from './event-fields.tsx';
import { EVENT_NAMES, KIND_CHOICES, KINDS, type WebhookEvent, type WebhookKind } from './webhook-words.ts';

export function MakeWebhook({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const [secret, setSecret] = useState<string>();
  const close = () => {
    setSecret(undefined);
    onClose();
  };
  return (
    <Dialog
      title="Add a webhook"
      lead={
        secret === undefined
          ? 'Arguments of calls are not sent; a link leads to them.'
          : 'It is told from now on. This secret signs what is sent; it is shown only once.'
      }
      isOpen={isOpen}
      onClose={close}
    >
      {secret === undefined ? (
        <WebhookForm onMade={setSecret} />
      ) : (
        <ShownOnce label="Secret of the webhook" text={secret} />
      )}
    </Dialog>
  );
}

function WebhookForm({ onMade }: { readonly onMade: (secret: string) => void }) {
  const act = useAct();
  const { field, texts } = useTexts(act, { name: '', url: '' });
  const [kind, setKind] = useState<WebhookKind>('json');
  const [events, setEvents] = useState<readonly WebhookEvent[]>(EVENT_NAMES);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = { ...texts, kind, events: [...events] };
    const made = await act.run(() => bodyOf(api.webhooks.create({ body })));
    if (made === undefined) return;
    await queryClient.invalidateQueries({ queryKey: ['webhooks'] });
    onMade(made.secret);
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
      <TextField label="Name" required {...field('name')} />
      <SelectOne
        label="For"
        hint={KINDS[kind].hint}
        of={KIND_CHOICES}
        value={kind}
        onChange={setKind}
        error={act.faultOf('kind')}
      />
      <TextField
        label="Address"
        type="url"
        required
        placeholder={KINDS[kind].example}
        hint="Secret parts of it are never shown again."
        {...field('url')}
      />
      <EventFields events={events} choose={setEvents} error={act.faultOf('events')} />
      <FormProblem text={act.problem} />
      <Button type="submit" kind="main" isBusy={act.isBusy}>
        Add it
      </Button>
    </form>
  );
}
