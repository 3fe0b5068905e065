import type { PageDocument } from '@boomgate/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Loaded } from '../../app/loaded.tsx';
import { useMay } from '../../app/session.ts';
import { Crumbs, Page, visible } from '../../ui/index.ts';
import { Document, PageBadge } from '../../words/index.ts';
import { UseRule } from './use-rule.tsx';

/** A page that the command prints as well, in each of its states. */
export function Entry({
  above,
  actions,
  name,
  of,
  what,
}: {
  readonly of: UseQueryResult<PageDocument>;
  /** Until the page itself says. */
  readonly name: string;
  /** What is being read. */
  readonly what: string;
  readonly above: readonly ReactNode[];
  readonly actions?: ReactNode;
}) {
  const mayWrite = useMay('write_policies');
  const { data } = of;
  return (
    <Page
      title={visible(data?.title ?? name)}
      above={<Crumbs of={above} />}
      beside={data?.badge === undefined ? null : <PageBadge text={data.badge} />}
      actions={actions}
    >
      <Loaded of={of} what={what}>
        {(page) => (
          <Document of={page} actionsOf={({ text }) => (mayWrite ? <UseRule document={text} /> : null)} />
        )}
      </Loaded>
    </Page>
  );
}
