import { Link } from '@tanstack/react-router';
import { api } from '../../app/api.ts';
import { Listed } from '../../app/list.tsx';
import { usePages } from '../../app/pages.ts';
import { useMay } from '../../app/session.ts';
import { buttonClass, Card, Empty, Page } from '../../ui/index.ts';
import { OneServer } from './one-server.tsx';
import { type Read, Uncovered } from './uncovered.tsx';

/** Everything that the agents of the organisation can call, worst first, and what looks at each call. */
export function StackPage() {
  const mayAdd = useMay('manage_servers');
  const stack = usePages(['stack'], (page) => api.stack.read({ query: page }));
  const add = mayAdd ? (
    <Link to="/new-server" className={buttonClass('main')}>
      Add a server
    </Link>
  ) : null;
  return (
    <Page
      title="Stack"
      lead="Everything that agents can call, and what looks at each call before it is made."
      actions={add}
    >
      <Listed
        of={stack}
        what="the stack"
        empty={
          <Empty title="Agents cannot call anything yet" action={add}>
            Nothing is behind the gateway. {add === null ? 'An admin adds the servers' : 'Add the servers'}{' '}
            that your agents use today.
          </Empty>
        }
      >
        {(servers) => (
          <div className="flex flex-col gap-5">
            <Figures of={servers} isAll={!stack.hasNextPage} />
            <Uncovered of={servers} isAll={!stack.hasNextPage} />
            {servers.map((server) => (
              <OneServer key={server.slug} of={server} />
            ))}
          </div>
        )}
      </Listed>
    </Page>
  );
}

function Figures({ isAll, of }: Read) {
  const tools = of.flatMap((server) => server.tools);
  const risky = tools.filter(({ severity }) => severity === 'High' || severity === 'Critical').length;
  const figures = [
    ['Servers', of.length],
    ['Tools', tools.length],
    ['High and Critical', risky],
    ['Uncovered', of.reduce((sum, { uncovered }) => sum + uncovered.length, 0)],
  ] as const;
  return (
    <ul className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      {figures.map(([name, value]) => (
        <li key={name}>
          <Card>
            <p className="text-soft text-sm">{name}</p>
            <p className="font-semibold text-2xl tabular-nums">
              {value.toLocaleString()}
              {isAll ? '' : '+'}
            </p>
          </Card>
        </li>
      ))}
    </ul>
  );
}
