import { CLASSES, rankOf, type ToolClass } from '../classes/index.ts';
import { quotation } from '../classify/index.ts';
import { type Grade, gradeServer } from '../grade/index.ts';
import { classifiedOf, recommend } from '../recommend/index.ts';
import { type Block, heading, list, type Page, policyFile, text, toolPath } from './document.ts';
import { gradedOf, type IndexSize, type ServerEntry, type ToolEntry } from './entry.ts';
import { counted } from './words.ts';

type ServerFacts = { readonly index: IndexSize; readonly isPublisherKnown: boolean };

/** The page of one server: counts by class, grade with its formula, all tools riskiest first, the policy for all of it. */
export function serverPage(server: ServerEntry, { index, isPublisherKnown }: ServerFacts): Page {
  const counts = CLASSES.toReversed().map((name) => ({ name, count: ofClass(server, name).length }));
  const { grade, points, taken } = gradeOf(server, isPublisherKnown);
  const { policy, leftOut } = recommend(classifiedOf(server.slug, server.tools));
  return {
    title: server.name,
    badge: `Grade ${grade}`,
    blocks: [
      text(
        `${counted(server.tools.length, 'tool')}: ${counts.map(({ name, count }) => `${count} ${name}`).join(', ')}.`,
      ),
      heading('Grade'),
      text(`${grade}: ${points} of 100 points.`),
      list(taken.map(({ why, points: less }) => ({ text: `${less} points less: ${why}` }))),
      heading('Tools, riskiest first'),
      {
        kind: 'table',
        head: ['tool', 'class', 'level', 'description'],
        rows: riskiest(server).map(row),
        to: riskiest(server).map((tool) => pathOf(server, tool)),
      },
      heading('Policy for the whole server'),
      policyFile(policy),
      ...(leftOut.length === 0
        ? []
        : [
            text(
              `Left to the default, which refuses: ${leftOut.map((name) => quotation(name, 60)).join(', ')}.`,
            ),
          ]),
      ...provenance(server),
      text(acrossIndex(index)),
    ],
  };
}

/** The page of a server that a registry names and whose tools nobody has listed: nothing is said of what it can do. */
export function listedPage(server: Omit<ServerEntry, 'tools'>, index: IndexSize): Page {
  const described = quotation(server.description ?? '', 2_000);
  return {
    title: server.name,
    badge: 'Tools not known',
    blocks: [
      ...(described === '' ? [] : [text(described)]),
      text(
        'A registry names this server. Its tools are not known until somebody scans it, so it has no grade, no classes and no recommended policy: that is neither good nor bad.',
      ),
      ...provenance(server),
      text(acrossIndex(index)),
    ],
  };
}

/** The grade of a server whose tools are known. */
export function gradeOf(
  { tools, version }: Pick<ServerEntry, 'tools' | 'version'>,
  isPublisherKnown: boolean,
): Grade {
  return gradeServer(tools.map(gradedOf), { isPinned: version !== undefined, isPublisherKnown });
}

const acrossIndex = ({ servers, tools }: IndexSize): string =>
  `Across an index of ${counted(servers, 'server')} and ${counted(tools, 'tool')}.`;

const ofClass = (server: ServerEntry, name: ToolClass): readonly ToolEntry[] =>
  server.tools.filter(({ classification }) => classification.class === name);

function riskiest(server: ServerEntry): readonly ToolEntry[] {
  return server.tools.toSorted((a, b) => rankOf(b.classification.class) - rankOf(a.classification.class));
}

function row({ definition, classification }: ToolEntry): readonly string[] {
  const { class: toolClass, severity } = classification;
  return [quotation(definition.name, 128), toolClass, severity, quotation(definition.description ?? '', 120)];
}

const pathOf = ({ slug }: ServerEntry, { definition }: ToolEntry): string => toolPath(slug, definition.name);

function provenance({
  repository,
  package: from,
  version,
  licence,
  scanned,
}: Omit<ServerEntry, 'tools'>): readonly Block[] {
  const known = { repository, package: from, version, licence, scanned };
  const items = Object.entries(known).flatMap(([what, value]) =>
    value === undefined ? [] : [{ text: `${what}: ${quotation(value, 200)}` }],
  );
  return items.length === 0 ? [] : [heading('Where it comes from'), list(items)];
}
