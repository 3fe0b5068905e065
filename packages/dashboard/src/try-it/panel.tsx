import { isJsonObject, type JsonObject } from '@boomgate/engine';
import { useDeferredValue, useMemo, useState } from 'react';
import { readDocument } from '../engine/index.ts';
import { Button, nowMs, SelectField, Status, TextField, visible } from '../ui/index.ts';
import { callOf, type Facts, NO_FACTS, pathsOf, type TryTool, toolFacts } from './call.ts';
import { tryCall } from './decide.ts';
import { FactsForm } from './facts-form.tsx';
import { JsonField, MemberFields } from './fields.tsx';
import { planOf } from './plan.ts';
import type { TryItProps } from './props.ts';
import { Verdict } from './verdict.tsx';

/** The form for one call beside what the policy makes of it, at every keystroke in either. `TryIt` loads it. */
export function Panel({ document, onTool, start, tool, tools }: TryItProps) {
  const [name, setName] = useState(tool ?? tools[0]?.tool ?? '');
  const [args, setArgs] = useState<JsonObject>(start?.args ?? {});
  const [facts, setFacts] = useState<Facts>({ ...NO_FACTS, ...start?.facts });
  const choose = (next: string) => {
    setName(next);
    setArgs({});
  };
  const [led, setLed] = useState(tool);
  if (led !== tool) {
    setLed(tool);
    if (tool !== undefined) choose(tool);
  }
  const written = useDeferredValue(document);
  const read = useMemo(() => readDocument(written), [written]);
  const { class: of, definition, severity } = tools.find((one) => one.tool === name) ?? {};
  const known = useMemo(
    () => toolFacts({ tool: name, class: of, definition, severity }),
    [name, of, definition, severity],
  );
  const paths = useMemo(() => (read === undefined ? [] : pathsOf(read.policy)), [read]);
  const tried = read && tryCall(read.compiled, callOf({ tool: known, args, facts, nowMs: nowMs() }));
  return (
    <div className="@container">
      <div className="grid min-w-0 gap-4 @2xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-3">
          <ToolField
            name={name}
            tools={tools}
            onChange={(next) => {
              choose(next);
              onTool?.(next);
            }}
          />
          <Arguments key={name} of={known} args={args} onChange={setArgs} />
          <FactsForm facts={facts} onChange={setFacts} paths={paths} />
        </div>
        {tried === undefined ? (
          <Status label="Decision" className="text-soft">
            The document is not a valid policy yet, so it decides nothing.
          </Status>
        ) : (
          <Verdict of={tried} tool={name} />
        )}
      </div>
    </div>
  );
}

function ToolField({
  name,
  onChange,
  tools,
}: {
  readonly name: string;
  readonly tools: readonly TryTool[];
  readonly onChange: (name: string) => void;
}) {
  if (tools.length === 0)
    return (
      <TextField
        label="Tool"
        hint="Without a server its tools are not known: enter a name."
        value={name}
        onChange={({ target }) => onChange(target.value)}
      />
    );
  return (
    <SelectField label="Tool" value={name} onChange={({ target }) => onChange(target.value)}>
      {tools.some((one) => one.tool === name) ? null : <option value={name}>{visible(name)}</option>}
      {tools.map(({ tool }) => (
        <option key={tool} value={tool}>
          {visible(tool)}
        </option>
      ))}
    </SelectField>
  );
}

/** As fields where the schema names them, else as JSON; either way, as one likes. */
function Arguments({
  args,
  of,
  onChange,
}: {
  readonly of: ReturnType<typeof toolFacts>;
  readonly args: JsonObject;
  readonly onChange: (args: JsonObject) => void;
}) {
  const plan = useMemo(() => planOf(of.inputSchema), [of]);
  const [wantsJson, setWantsJson] = useState(false);
  if (plan === undefined || wantsJson)
    return (
      <>
        <JsonField
          label="Arguments"
          hint=""
          value={args}
          onChange={(next) => onChange(isJsonObject(next) ? next : {})}
        />
        {plan === undefined ? null : <Switch text="Arguments as fields" act={() => setWantsJson(false)} />}
      </>
    );
  return (
    <>
      <MemberFields members={plan.members} value={args} onChange={onChange} />
      <Switch text="Arguments as JSON" act={() => setWantsJson(true)} />
    </>
  );
}

function Switch({ act, text }: { readonly text: string; readonly act: () => void }) {
  return (
    <div>
      <Button kind="quiet" onClick={act}>
        {text}
      </Button>
    </div>
  );
}
