import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { Link } from '@tanstack/react-router';
import { useAct } from '../../app/act.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Listed } from '../../app/list.tsx';
import { usePages } from '../../app/pages.ts';
import { queryClient } from '../../app/query.ts';
import { Ago, Button, InlineProblem, linkClass, Section, Table, Untrusted } from '../../ui/index.ts';
import { StateBadge } from '../../words/index.ts';
import { EVENTS } from './webhook-words.ts';
import type { Webhook } from './webhooks.tsx';

type Delivery = AnswerOf<Endpoints['webhooks']['deliveries']>['items'][number];

/** Milliseconds between looks: what is under way is over within seconds, or is tried again later. */
const LOOK_MS = 2_000;

const WORDS: Readonly<Record<Delivery['event'], string>> = { ...EVENTS, test: 'a test' };

export function Deliveries({ of }: { readonly of: Webhook }) {
  const deliveries = usePages(
    ['webhooks', 'deliveries', of.id],
    (page) => api.webhooks.deliveries({ params: { webhook: of.id }, query: page }),
    { refetchMs: LOOK_MS },
  );
  return (
    <Section title="What it was told">
      <Listed of={deliveries} what="deliveries" empty={<p className="text-soft">Nothing in recent days.</p>}>
        {(items) => (
          <Table
            caption="Deliveries, newest first"
            rows={items}
            keyOf={({ id }) => id}
            columns={[
              { name: 'When', cell: ({ createdAt }) => <Ago at={createdAt} /> },
              { name: 'Event', cell: (one) => <What of={one} /> },
              { name: 'State', cell: ({ state }) => <StateBadge state={state} /> },
              { name: 'Tries', align: 'right', cell: ({ attempts }) => attempts },
              { name: 'Last try', cell: ({ last }) => <Untrusted text={last} /> },
              {
                name: 'Change',
                cell: (one) => (one.state === 'due' ? null : <Again webhook={of.id} delivery={one.id} />),
              },
            ]}
          />
        )}
      </Listed>
    </Section>
  );
}

function What({ of: { approval, event } }: { readonly of: Delivery }) {
  if (approval === undefined) return WORDS[event];
  return (
    <Link to="/approvals/$approval" params={{ approval }} className={linkClass}>
      {WORDS[event]}
    </Link>
  );
}

function Again({ delivery, webhook }: { readonly webhook: string; readonly delivery: string }) {
  const act = useAct();
  const again = async () => {
    await act.run(() => bodyOf(api.webhooks.redeliver({ params: { webhook, delivery } })));
    await queryClient.invalidateQueries({ queryKey: ['webhooks', 'deliveries', webhook] });
  };
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Button isBusy={act.isBusy} onClick={() => void again()}>
        Send again
      </Button>
      <InlineProblem text={act.problem} />
    </span>
  );
}
