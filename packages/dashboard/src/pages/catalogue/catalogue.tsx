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
      lead="What is known of MCP servers and their tools: what kind of harm each can do, why that is thought, and the rule for it."
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
              Take a word or a filter away. A tool is found when it has all the words, in its name or its
              description.
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
  return `${toolCount.toLocaleString()}${isCapped ? ' tools and more' : toolCount === 1 ? ' tool' : ' tools'}`;
}
