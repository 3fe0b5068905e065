import { useNavigate, useSearch } from '@tanstack/react-router';
import { Listed } from '../../app/list.tsx';
import type { CatalogueSearch } from '../../app/search/index.ts';
import { Empty, Page, Section } from '../../ui/index.ts';
import { Classes } from './classes.tsx';
import { Filter } from './filter.tsx';
import { useSearchOf } from './search.ts';
import { Servers } from './servers.tsx';
import { Tools } from './tools.tsx';

export function CataloguePage() {
  const search = useSearch({ from: '/inside/catalogue' });
  const navigate = useNavigate();
  const found = useSearchOf(search);
  const look = (next: CatalogueSearch) => void navigate({ to: '/catalogue', search: next, replace: true });
  const isOpen = Object.keys(search).length === 0;
  const { first } = found;
  return (
    <Page
      title="Catalogue"
      lead="What is known about MCP servers and their tools: the harm each tool can do, the evidence for it, and the rule to use."
    >
      <Filter search={search} look={look} />
      {isOpen ? <Classes /> : null}
      {first === undefined || first.servers.length === 0 ? null : (
        <Section title={isOpen ? 'Some servers' : 'Servers'}>
          <Servers items={first.servers} />
        </Section>
      )}
      <Section title={first === undefined ? 'Tools' : countOf(first)}>
        <Listed
          of={found}
          what="tools of the index"
          empty={
            <Empty title="No tool matches">
              Remove a word or a filter. Every word must be in a tool’s name or description.
            </Empty>
          }
        >
          {(items) => <Tools items={items} />}
        </Listed>
      </Section>
    </Page>
  );
}

function countOf({ isCapped, toolCount }: { readonly isCapped: boolean; readonly toolCount: number }) {
  return `${toolCount.toLocaleString()}${isCapped ? ' or more tools' : toolCount === 1 ? ' tool' : ' tools'}`;
}
