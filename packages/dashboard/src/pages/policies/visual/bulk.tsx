import type { JsonObject } from '@boomgate/engine';
import { useState } from 'react';
import { beforeClosing } from '../../../app/unsaved.tsx';
import { chooseAll, type Mode, type Offered, standings } from '../../../builder/index.ts';
import { Answers, Button, Choice, Dialog, notify, SelectField } from '../../../ui/index.ts';
import { MODE_OPTIONS, MODE_WORDS } from './tool.tsx';

/** All tools of a class at once. */
export function SetClass({
  document,
  offered,
  onChange,
}: {
  readonly document: JsonObject;
  readonly offered: readonly Offered[];
  readonly onChange: (document: JsonObject) => void;
}) {
  const classes = [...new Set(offered.map(({ class: of }) => of))];
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const [mode, setMode] = useState<Mode>('limit');
  if (classes.length === 0) return null;
  const of = chosen ?? classes[0];
  const names = offered.filter((tool) => tool.class === of).map(({ name }) => name);
  const replaced = isOpen ? replacedBy(mode, document, names) : [];
  const apply = () => {
    onChange(chooseAll(document, names, mode));
    setOpen(false);
    notify(`${names.length} tools of class ${of}: ${MODE_WORDS[mode]}`);
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>Set a class</Button>
      <Dialog
        title="Set all tools of a class"
        lead="Each gets its own entry. You can undo it in one step."
        isOpen={isOpen}
        onClose={() => setOpen(false)}
      >
        <div className="flex flex-col gap-4">
          <SelectField label="Class" value={of} onChange={({ target }) => setChosen(target.value)}>
            {classes.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </SelectField>
          <Choice
            label="What to do with them"
            value={mode}
            options={MODE_OPTIONS.filter(({ value }) => value !== 'custom')}
            onChange={setMode}
          />
          <p className="text-soft">
            {names.length} tools
            {replaced.length === 0 ? '.' : `; the entries of ${replaced.length} of them are replaced.`}
          </p>
          <Answers onBack={() => setOpen(false)}>
            <Button kind="main" onClick={() => beforeClosing(apply)}>
              Set them
            </Button>
          </Answers>
        </div>
      </Dialog>
    </>
  );
}

/** Those of which something is said that a mode takes the place of. */
function replacedBy(mode: Mode, document: JsonObject, names: readonly string[]): readonly string[] {
  const standingOf = standings(document);
  return names.filter((name) => {
    const standing = standingOf(name);
    return standing.by.kind === 'own' && standing.mode !== mode;
  });
}
