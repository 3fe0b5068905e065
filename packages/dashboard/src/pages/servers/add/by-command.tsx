import { type FormEvent, useState } from 'react';
import { Button, FormProblem, type NamedValue, SecretRows, TextField } from '../../../ui/index.ts';
import { NameField } from './by-address.tsx';
import { joinCommand, splitCommand, suggestedName } from './command-line.ts';
import { useAdd, valuesOf } from './use-add.ts';

type Prefilled = { readonly slug: string; readonly command: readonly string[] };

/** A server that the gateway starts as a process, on its own machine. */
export function ByCommand({
  onAdded,
  prefilled,
}: {
  readonly onAdded: (slugs: readonly string[]) => void;
  readonly prefilled?: Prefilled;
}) {
  const { act, add } = useAdd(onAdded);
  const [line, setLine] = useState(joinCommand(prefilled?.command ?? []));
  const [name, setName] = useState<string | undefined>(prefilled?.slug);
  const [env, setEnv] = useState<readonly NamedValue[]>([]);
  const slug = name ?? suggestedName(line);
  const words = splitCommand(line);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [command = '', ...args] = words ?? [];
    if (words === undefined) return;
    void add({ slug, command, args, ...(env.length === 0 ? {} : { env: valuesOf(env) }) });
  };
  return (
    <form onSubmit={submit} className="flex max-w-xl flex-col gap-4">
      <TextField
        label="Command"
        required
        spellCheck={false}
        placeholder="npx -y @modelcontextprotocol/server-memory"
        value={line}
        onChange={({ target }) => setLine(target.value)}
        error={
          words === undefined ? 'expected a closing quote' : (act.faultOf('command') ?? act.faultOf('args'))
        }
        hint="It runs on the gateway's machine, without a shell. Everybody with read access sees it: put secrets in variables."
      />
      <NameField slug={slug} onChange={setName} error={act.faultOf('slug')} />
      <SecretRows
        label="Variables"
        add="Add a variable"
        rows={env}
        onChange={setEnv}
        errorOf={(variable) => act.faultOf(`env/${variable}`)}
      />
      <FormProblem text={act.problem} />
      <div>
        <Button type="submit" kind="main" isBusy={act.isBusy} disabled={words === undefined}>
          Add the server
        </Button>
      </div>
    </form>
  );
}
