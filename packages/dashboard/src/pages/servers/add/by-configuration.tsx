import { type FormEvent, useState } from 'react';
import { useAct } from '../../../app/act.ts';
import { api, bodyOf } from '../../../app/api.ts';
import { useTexts } from '../../../app/texts.ts';
import { Button, FormProblem, TextArea } from '../../../ui/index.ts';
import { Previewed } from './previewed.tsx';
import type { Preview } from './use-add.ts';

const EXAMPLE = `{
  "mcpServers": {
    "memory": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-memory"] }
  }
}`;

/** Servers as a client has them today: read first, shown without their secrets, then registered with them. */
export function ByConfiguration({ onAdded }: { readonly onAdded: (slugs: readonly string[]) => void }) {
  const act = useAct();
  const { field, texts } = useTexts(act, { text: '' });
  const [read, setRead] = useState<{ readonly text: string; readonly preview: Preview }>();
  const look = async (event: FormEvent) => {
    event.preventDefault();
    const preview = await act.run(() => bodyOf(api.stack.preview({ body: texts })));
    setRead(preview === undefined ? undefined : { ...texts, preview });
  };
  return (
    <div className="flex flex-col gap-4">
      <form onSubmit={(event) => void look(event)} className="flex max-w-3xl flex-col gap-3">
        <TextArea
          label="Configuration of a client"
          required
          rows={10}
          placeholder={EXAMPLE}
          {...field('text')}
          hint="The file of Claude, Cursor, VS Code, Codex or another client: JSON, TOML or YAML. Reading it stores nothing."
        />
        <FormProblem text={act.problem} />
        <div>
          <Button type="submit" kind={read?.text === texts.text ? 'plain' : 'main'} isBusy={act.isBusy}>
            Read it
          </Button>
        </div>
      </form>
      {read === undefined || read.text !== texts.text ? null : (
        <Previewed text={read.text} servers={read.preview.servers} onAdded={onAdded} />
      )}
    </div>
  );
}
