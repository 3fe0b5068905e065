import { useState } from 'react';
import { Ago, Button, type Column, Empty, Section, Table, Untrusted } from '../../ui/index.ts';
import { ClassBadge, SeverityBadge, StateBadge } from '../../words/index.ts';
import { Definition } from './definition.tsx';
import type { Server } from './servers.tsx';

type Tool = Server['tools'][number];

/** What a server offers, what each tool can do, and which of them wait for a person. */
export function Tools({ of }: { readonly of: Server }) {
  const [looked, setLooked] = useState<Tool>();
  return (
    <Section title={of.tools.length === 0 ? 'Tools' : `Tools: ${of.tools.length}`}>
      {of.tools.length === 0 ? (
        <Empty title="Not listed yet">
          Its tools are listed when it is probed, and with the first request of an agent.
        </Empty>
      ) : (
        <Table
          caption="Tools by name"
          rows={of.tools}
          keyOf={({ tool }) => tool}
          columns={[
            ...COLUMNS,
            {
              name: 'Definition',
              cell: (tool) => (
                <Button aria-label={`Look at ${tool.tool}`} onClick={() => setLooked(tool)}>
                  Look
                </Button>
              ),
            },
          ]}
        />
      )}
      {looked === undefined ? null : (
        <Definition server={of.slug} tool={looked} onClose={() => setLooked(undefined)} />
      )}
    </Section>
  );
}

const COLUMNS: readonly Column<Tool>[] = [
  { name: 'Tool', cell: ({ tool }) => <Untrusted text={tool} /> },
  { name: 'Class', cell: ({ class: of, severity }) => <ClassBadge of={of} severity={severity} /> },
  { name: 'Severity', cell: ({ severity }) => <SeverityBadge severity={severity} /> },
  { name: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  { name: 'First seen', isExtra: true, cell: ({ firstSeenAt }) => <Ago at={firstSeenAt} /> },
];
