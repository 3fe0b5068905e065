import { useState } from 'react';
import { type Offered, offeredAt, type Place } from '../../builder/index.ts';
import { TryIt } from '../../try-it/index.ts';
import { OpeningCard } from '../../ui/index.ts';
import { useDefinitions } from './visual/index.ts';

type Shown = { readonly text: string; readonly place: Place; readonly offered: readonly Offered[] };

/** A call against the policy as it is being written, of the tool that is looked at or another. The engine is loaded when it is opened. */
export function TryPart(shown: Shown) {
  return (
    <OpeningCard title="Try it" lead="What the policy as it stands here decides about a call, and why.">
      <Opened {...shown} />
    </OpeningCard>
  );
}

/** The tool that is tried is the one that was chosen last, here or in the policy; its definition alone is read. */
function Opened({ offered, place, text }: Shown) {
  const name = place.kind === 'tool' && !place.name.includes('*') ? place.name : undefined;
  const [chosen, setChosen] = useState(name);
  const [led, setLed] = useState(name);
  if (led !== name) {
    setLed(name);
    if (name !== undefined) setChosen(name);
  }
  const tool = chosen ?? (offeredAt(place, offered)[0] ?? offered[0])?.name;
  const server = offered.find((one) => one.name === tool)?.servers[0];
  const [known] = useDefinitions(tool === undefined || server === undefined ? [] : [{ server, tool }]);
  const tools = offered.map((one) => ({
    tool: one.name,
    class: one.class,
    severity: one.severity,
    ...(one.name === known?.tool && { definition: known.definition }),
  }));
  return <TryIt document={text} tools={tools} onTool={setChosen} {...(tool !== undefined && { tool })} />;
}
