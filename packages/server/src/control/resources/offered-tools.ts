import { CLASSES, type Severity, severityOf, type ToolClass } from '@boomgate/catalogue';
import {
  type KnownTool,
  newestOffered,
  type Store,
  type ToolOwner,
  type ToolSnapshot,
} from '../../store/index.ts';

/** A tool that a server offers now, by its newest definition. */
type OfferedTool = {
  readonly tool: string;
  readonly class: ToolClass;
  readonly severity: Severity;
  readonly state: KnownTool['state'];
  readonly evidence: KnownTool['classification']['evidence'];
};

/** What a server's newest listing has, in the order of names; nothing until it was listed. */
export async function offeredTools(
  { tools }: Pick<Store, 'tools'>,
  owner: ToolOwner,
): Promise<readonly OfferedTool[]> {
  return newestOffered(await tools.known(owner))
    .map(offeredTool)
    .sort(byName);
}

/** A tool with its newest definition, as the server sent it. */
export type DefinedTool = OfferedTool & Pick<ToolSnapshot, 'definition'>;

/** The same with the definitions, which are far more to read. */
export async function definedTools(
  { tools }: Pick<Store, 'tools'>,
  owner: ToolOwner,
): Promise<readonly DefinedTool[]> {
  return newestOffered(await tools.list(owner))
    .map((one) => ({ ...offeredTool(one), definition: one.definition }))
    .sort(byName);
}

function offeredTool({ classification, state, tool }: KnownTool): OfferedTool {
  const toolClass = classOf(classification.class);
  const { evidence } = classification;
  return { tool, class: toolClass, severity: severityOf(toolClass), state, evidence };
}

const byName = (one: OfferedTool, other: OfferedTool): number => (one.tool < other.tool ? -1 : 1);

/** What another version of the program wrote and this one does not know counts as the worst. */
export function classOf(text: string): ToolClass {
  return CLASSES.find((one) => one === text) ?? 'Financial';
}
