import { useNavigate, useSearch } from '@tanstack/react-router';
import type { AddSearch } from '../../../app/search/index.ts';
import { useMay } from '../../../app/session.ts';
import { Card, Empty, notify, Page } from '../../../ui/index.ts';
import { AddServer } from './add-server.tsx';

export function AddServerPage() {
  const search: AddSearch = useSearch({ from: '/inside/new-server' });
  const navigate = useNavigate();
  const mayAdd = useMay('manage_servers');
  const added = async (slugs: readonly string[]) => {
    notify(slugs.length === 1 ? `${slugs[0]} was added` : `${slugs.length} servers were added`);
    const [server = ''] = slugs;
    // One that was just added is looked at at once; of several, all of them.
    if (slugs.length === 1)
      await navigate({ to: '/servers/$server', params: { server }, search: { probe: true } });
    else await navigate({ to: '/servers' });
  };
  return (
    <Page
      title="Add a server"
      lead="It is then behind the gateway; no agent reaches it until a grant opens it."
    >
      {mayAdd ? (
        <Card>
          <AddServer
            search={search}
            onSearch={(next) => void navigate({ to: '/new-server', search: next, replace: true })}
            onAdded={(slugs) => void added(slugs)}
          />
        </Card>
      ) : (
        <Empty title="Admins add servers">Ask one in your organisation.</Empty>
      )}
    </Page>
  );
}
