import { type FormEvent, useState } from 'react';
import { useTexts } from '../../../app/texts.ts';
import { Button, FormProblem, type NamedValue, SecretRows, TextField } from '../../../ui/index.ts';
import { suggestedName } from './command-line.ts';
import { useAdd, valuesOf } from './use-add.ts';

/** A server that is reached over HTTP. */
export function ByAddress({ onAdded }: { readonly onAdded: (slugs: readonly string[]) => void }) {
  const { act, add } = useAdd(onAdded);
  const { field, texts } = useTexts(act, { url: '' });
  const [name, setName] = useState<string>();
  const [headers, setHeaders] = useState<readonly NamedValue[]>([]);
  const slug = name ?? suggestedName(texts.url);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void add({ ...texts, slug, ...(headers.length === 0 ? {} : { headers: valuesOf(headers) }) });
  };
  return (
    <form onSubmit={submit} className="flex max-w-xl flex-col gap-4">
      <TextField
        label="Address"
        type="url"
        required
        placeholder="https://mcp.example.com/mcp"
        {...field('url')}
        hint="Streamable HTTP or HTTP+SSE, of any revision: the gateway detects which."
      />
      <NameField slug={slug} onChange={setName} error={act.faultOf('slug')} />
      <SecretRows
        label="Headers"
        add="Add a header"
        suggestion="Authorization"
        rows={headers}
        onChange={setHeaders}
        errorOf={(header) => act.faultOf(`headers/${header}`)}
      />
      <FormProblem text={act.faultOf('allow_private') ?? act.problem} />
      <div>
        <Button type="submit" kind="main" isBusy={act.isBusy}>
          Add the server
        </Button>
      </div>
    </form>
  );
}

export function NameField({
  error,
  onChange,
  slug,
}: {
  readonly slug: string;
  readonly error: string | undefined;
  readonly onChange: (slug: string) => void;
}) {
  return (
    <TextField
      label="Name"
      required
      pattern="[A-Za-z0-9][A-Za-z0-9._\-]{0,63}"
      title="1 to 64 letters, digits, dots, underscores or dashes"
      value={slug}
      onChange={({ target }) => onChange(target.value)}
      error={error}
      hint={
        <>
          Agents reach it at <span className="break-all font-mono">/mcp/{slug === '' ? 'NAME' : slug}/</span>
        </>
      }
    />
  );
}
