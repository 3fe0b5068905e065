import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { type Acting, useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { needing } from '../../app/needs.tsx';
import { usePages } from '../../app/pages.ts';
import { queryClient } from '../../app/query.ts';
import {
  Button,
  Card,
  Code,
  Confirm,
  Dialog,
  Facts,
  FormProblem,
  Loading,
  linkClass,
  Moment,
  notify,
  ProblemNote,
  ShownOnce,
  visible,
} from '../../ui/index.ts';
import { StateBadge } from '../../words/index.ts';
import { Deliveries } from './deliveries.tsx';
import { EditWebhook } from './edit-webhook.tsx';
import { SettingsFrame } from './frame.tsx';
import { KINDS, spokenEvents } from './webhook-words.ts';
import type { Webhook } from './webhooks.tsx';

/** A list of the API, since there are a few of them only. */
export const WebhookPage = needing({ permission: 'manage_organization', title: 'Webhook' }, OneWebhook);

function OneWebhook() {
  const { webhook } = useParams({ from: '/inside/settings/webhooks/$webhook' });
  const webhooks = usePages(['webhooks', 'list'], (page) =>
    api.webhooks.list({ query: { ...page, limit: 200 } }),
  );
  const found = webhooks.items?.find(({ id }) => id === webhook);
  return (
    <SettingsFrame
      title={found === undefined ? 'Webhook' : visible(found.name)}
      actions={
        <Link to="/settings/webhooks" className={linkClass}>
          All webhooks
        </Link>
      }
    >
      {webhooks.isError ? <ProblemNote error={webhooks.error} retry={webhooks.refetch} /> : null}
      {webhooks.isPending ? <Loading what="the webhook" /> : null}
      {webhooks.items !== undefined && found === undefined ? (
        <p className="text-soft">There is no such webhook: it may have been removed.</p>
      ) : null}
      {found === undefined ? null : (
        <>
          <Told of={found} />
          <Deliveries of={found} />
        </>
      )}
    </SettingsFrame>
  );
}

function Told({ of }: { readonly of: Webhook }) {
  const act = useAct();
  return (
    <Card>
      <div className="flex flex-col gap-4">
        <Facts
          of={[
            ['State', <StateBadge key="state" state={of.state} />],
            ['For', KINDS[of.kind].name],
            ['Address', <Code key="address">{of.address}</Code>],
            ['Told when', spokenEvents(of.events)],
            [
              'Made',
              of.createdAt === undefined ? (
                'in the configuration file: change it there'
              ) : (
                <Moment key="made" at={of.createdAt} />
              ),
            ],
          ]}
        />
        <div className="flex flex-wrap gap-2">
          <TestButton of={of} act={act} />
          {of.origin === 'file' ? null : <Changes of={of} act={act} />}
        </div>
        <FormProblem text={act.problem} />
      </div>
    </Card>
  );
}

type Part = { readonly of: Webhook; readonly act: Acting };

function TestButton({ act, of }: Part) {
  const test = async () => {
    const done = await act.run(() => bodyOf(api.webhooks.test({ params: { webhook: of.id } })));
    if (done === undefined) return;
    await queryClient.invalidateQueries({ queryKey: ['webhooks', 'deliveries', of.id] });
    notify('A test is on its way: the result appears below');
  };
  return (
    <Button kind="main" isBusy={act.isBusy} onClick={() => void test()}>
      Send a test
    </Button>
  );
}

function Changes({ act, of }: Part) {
  const navigate = useNavigate();
  const [secret, setSecret] = useState<string>();
  const [isEditing, setEditing] = useState(false);
  const params = { webhook: of.id };
  const isPaused = of.state === 'paused';
  const turn = async () => {
    const body = { state: isPaused ? 'active' : 'paused' } as const;
    await act.run(() => bodyOf(api.webhooks.update({ params, body })));
    await queryClient.invalidateQueries({ queryKey: ['webhooks'] });
  };
  const rotate = async () => {
    const done = await act.run(() => bodyOf(api.webhooks.rotateSecret({ params })));
    setSecret(done?.secret);
  };
  const remove = async () => {
    const isDone = await act.done(() => bodyOf(api.webhooks.remove({ params })));
    if (!isDone) return;
    await navigate({ to: '/settings/webhooks' });
    await queryClient.invalidateQueries({ queryKey: ['webhooks'] });
  };
  return (
    <>
      <Button isBusy={act.isBusy} onClick={() => void turn()}>
        {isPaused ? 'Resume' : 'Pause'}
      </Button>
      <Button onClick={() => setEditing(true)}>Edit</Button>
      {isEditing ? <EditWebhook of={of} onClose={() => setEditing(false)} /> : null}
      <Confirm label="New secret" question={`Give ${of.name} a new secret?`} act={rotate}>
        Everything sent from now on is signed with it, including what waits. The old one no longer works.
      </Confirm>
      <Confirm label="Remove" kind="danger" question={`Remove ${of.name}?`} act={remove}>
        What waits to be sent to it is dropped.
      </Confirm>
      <Dialog
        title="New secret"
        lead="It is shown once."
        isOpen={secret !== undefined}
        onClose={() => setSecret(undefined)}
      >
        <ShownOnce label="Secret of the webhook" text={secret ?? ''} />
      </Dialog>
    </>
  );
}
