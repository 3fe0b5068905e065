import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../app/api.ts';
import { Listed } from '../../app/list.tsx';
import { needing } from '../../app/needs.tsx';
import { usePages } from '../../app/pages.ts';
import { Badge, Button, Code, type Column, Empty, linkClass, Table, Untrusted } from '../../ui/index.ts';
import { StateBadge } from '../../words/index.ts';
import { SettingsFrame } from './frame.tsx';
import { MakeWebhook } from './make-webhook.tsx';
import { KINDS, spokenEvents } from './webhook-words.ts';

export type Webhook = AnswerOf<Endpoints['webhooks']['list']>['items'][number];

export const WebhooksPage = needing({ permission: 'manage_organization', title: 'Webhooks' }, Webhooks);

function Webhooks() {
  const [isOpen, setOpen] = useState(false);
  const webhooks = usePages(['webhooks', 'list'], (page) => api.webhooks.list({ query: page }));
  const add = (
    <Button kind="main" onClick={() => setOpen(true)}>
      Add a webhook
    </Button>
  );
  return (
    <SettingsFrame
      title="Webhooks"
      lead="Addresses that are told of what waits for a person: a channel in Slack or Teams, or your own program."
      actions={add}
    >
      <Listed
        of={webhooks}
        what="webhooks"
        empty={
          <Empty title="Nobody is told yet" action={add}>
            People see what waits for them when they look. A webhook tells them at once.
          </Empty>
        }
      >
        {(items) => (
          <Table caption="Webhooks, newest first" columns={COLUMNS} rows={items} keyOf={({ id }) => id} />
        )}
      </Listed>
      <MakeWebhook isOpen={isOpen} onClose={() => setOpen(false)} />
    </SettingsFrame>
  );
}

const COLUMNS: readonly Column<Webhook>[] = [
  {
    name: 'Name',
    cell: ({ id, name }) => (
      <Link to="/settings/webhooks/$webhook" params={{ webhook: id }} className={linkClass}>
        <Untrusted text={name} />
      </Link>
    ),
  },
  { name: 'For', cell: ({ kind }) => KINDS[kind].name },
  { name: 'Address', cell: ({ address }) => <Code>{address}</Code> },
  { name: 'Told of', isExtra: true, cell: ({ events }) => spokenEvents(events) },
  {
    name: 'State',
    cell: ({ origin, state }) => (
      <span className="flex flex-wrap gap-1.5">
        <StateBadge state={state} />
        {origin === 'file' ? <Badge tone="mute">in the file</Badge> : null}
      </span>
    ),
  },
];
