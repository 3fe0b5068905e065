import { type FormEvent, useState } from 'react';
import { useAct } from '../../../app/act.ts';
import { api, bodyOf } from '../../../app/api.ts';
import {
  Badge,
  Button,
  Code,
  Empty,
  FormProblem,
  type NamedValue,
  SecretRows,
  TextField,
  Untrusted,
} from '../../../ui/index.ts';
import { type Preview, serversChanged, valuesOf } from './use-add.ts';

type Server = Preview['servers'][number];

type Wish = {
  readonly server: Server;
  readonly isWanted: boolean;
  readonly slug: string;
  /** What the text only refers to, such as a variable of the client's machine. */
  readonly headers: readonly NamedValue[];
  readonly env: readonly NamedValue[];
};

/** What a text declares, one after the other: which of it is wanted, under which name, and what is missing. */
export function Previewed({
  onAdded,
  servers,
  text,
}: {
  readonly text: string;
  readonly servers: readonly Server[];
  readonly onAdded: (slugs: readonly string[]) => void;
}) {
  const act = useAct();
  const [wishes, setWishes] = useState<readonly Wish[]>(() => servers.map(wishOf));
  const wanted = wishes.filter(({ isWanted }) => isWanted);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = { text, servers: wanted.map(sentOf) };
    const made = await act.run(() => bodyOf(api.stack.register({ body })));
    if (made === undefined) return;
    await serversChanged();
    onAdded(made.slugs);
  };
  if (servers.length === 0)
    return <Empty title="No servers in it">The text is valid, but declares none.</Empty>;
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
      <ul aria-label="Servers of the configuration" className="flex flex-col gap-3">
        {wishes.map((wish, at) => (
          <li key={`${wish.server.project ?? ''} ${wish.server.name}`}>
            <OneWish
              wish={wish}
              faultOf={(path) => act.faultOf(`servers/${wanted.indexOf(wish)}${path}`)}
              onChange={(part) =>
                setWishes(wishes.map((one, index) => (index === at ? { ...one, ...part } : one)))
              }
            />
          </li>
        ))}
      </ul>
      <FormProblem text={act.problem} />
      <div>
        <Button type="submit" kind="main" isBusy={act.isBusy} disabled={wanted.length === 0}>
          {wanted.length === 1 ? 'Add the server' : `Add ${wanted.length} servers`}
        </Button>
      </div>
    </form>
  );
}

function OneWish({
  faultOf,
  onChange,
  wish,
}: {
  readonly wish: Wish;
  readonly onChange: (part: Partial<Wish>) => void;
  readonly faultOf: (path: string) => string | undefined;
}) {
  const { isWanted, server } = wish;
  const secrets = server.given.filter(({ isReference }) => !isReference);
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-line bg-card p-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <label className="flex items-center gap-2 font-medium">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={isWanted}
            disabled={server.transport === 'unclear'}
            onChange={({ target }) => onChange({ isWanted: target.checked })}
          />
          <Untrusted text={server.name} />
        </label>
        <Code>{server.what}</Code>
        {server.project === undefined ? null : (
          <span className="text-soft text-sm">
            of <Untrusted text={server.project} />
          </span>
        )}
        {secrets.length === 0 ? null : (
          <Badge tone="warn" mark="●">
            {secrets.length === 1 ? 'holds a secret' : `holds ${secrets.length} secrets`}:{' '}
            {secrets.map(({ name }) => name).join(', ')}
          </Badge>
        )}
      </div>
      {server.warnings.map((warning) => (
        <p key={warning} className="text-sm text-warn">
          <Untrusted text={warning} />
        </p>
      ))}
      {isWanted ? <Filled wish={wish} onChange={onChange} fault={faultOf('')} /> : null}
    </div>
  );
}

/** The name that it gets here, and what the text does not have of it. */
function Filled({
  fault,
  onChange,
  wish: { env, headers, slug },
}: {
  readonly wish: Wish;
  readonly fault: string | undefined;
  readonly onChange: (part: Partial<Wish>) => void;
}) {
  return (
    <div className="grid gap-3 md:grid-cols-[14rem_1fr]">
      <TextField
        label="Name here"
        required
        value={slug}
        onChange={({ target }) => onChange({ slug: target.value })}
        error={fault}
      />
      <div className="flex flex-col gap-3">
        {headers.length === 0 ? null : (
          <SecretRows
            label="Headers that the text only refers to"
            add=""
            areNamesFixed
            rows={headers}
            onChange={(rows) => onChange({ headers: rows })}
          />
        )}
        {env.length === 0 ? null : (
          <SecretRows
            label="Variables that the text only refers to"
            add=""
            areNamesFixed
            rows={env}
            onChange={(rows) => onChange({ env: rows })}
          />
        )}
      </div>
    </div>
  );
}

function wishOf(server: Server): Wish {
  const referred = (place: 'header' | 'environment') =>
    server.given
      .filter(({ in: where, isReference }) => where === place && isReference)
      .map(({ name }) => ({ name, value: '' }));
  return {
    server,
    // A warning of a taken name or a client's switch is for the person to overrule.
    isWanted: server.transport !== 'unclear' && !server.isDisabled,
    slug: server.slug,
    headers: referred('header'),
    env: referred('environment'),
  };
}

function sentOf({ env, headers, server: { name, project }, slug }: Wish) {
  return {
    name,
    slug,
    ...(project === undefined ? {} : { project }),
    ...(headers.length === 0 ? {} : { headers: valuesOf(headers) }),
    ...(env.length === 0 ? {} : { env: valuesOf(env) }),
  };
}
