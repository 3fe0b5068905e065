import type { Block, Page } from '@boomgate/catalogue';
import { indented, type Output, visible, wrapped } from '../terminal/index.ts';

/** Prints a page of the catalogue, as text or as JSON. */
export function printPage(
  page: Page,
  to: { readonly output: Output; readonly show: { readonly json: boolean } },
): void {
  if (to.show.json) to.output.json(page);
  else to.output.data(pageText(page, to.output));
}

/** A page as lines of text. Texts of servers cannot command the terminal. */
function pageText({ title, badge, blocks }: Page, { paint, width }: Output): string {
  const head = `${paint.strong(visible(title))}${badge === undefined ? '' : `  [${visible(badge)}]`}`;
  return [head, ...blocks.map((block) => blockText(block, { heading: paint.strong, width }))].join('\n\n');
}

type Style = { readonly heading: (text: string) => string; readonly width: number };
type Printers = {
  readonly [K in Block['kind']]: (block: Extract<Block, { kind: K }>, style: Style) => string;
};

const PRINT: Printers = {
  heading: ({ text }, { heading }) => heading(visible(text)),
  text: ({ text }, { width }) => wrapped(text, width),
  quote: ({ text, of }, { width }) => indented(wrapped(`“${text}” — ${of}`, width - 2)),
  code: ({ name, text }) => `${name}:\n${indented(text.split('\n').map(visible).join('\n'))}`,
  list: ({ items, isOrdered }, { width }) =>
    items
      .map(({ text, to }, at) => {
        const link = to === undefined || to === text ? '' : ` (${to})`;
        return `${isOrdered ? `${at + 1}.` : '-'} ${indented(wrapped(`${text}${link}`, width - 4)).trimStart()}`;
      })
      .join('\n'),
  table: ({ rows }) =>
    rows
      .map(
        (row) =>
          `- ${row
            .filter((cell) => cell !== '')
            .map(visible)
            .join(' · ')}`,
      )
      .join('\n'),
  question: ({ question, answer }, { width }) =>
    `${wrapped(question, width)}\n${indented(wrapped(answer, width - 2))}`,
};

function blockText(block: Block, style: Style): string {
  // The table has, for each kind, the printer of blocks of this kind.
  const print = PRINT[block.kind] as (block: Block, style: Style) => string;
  return print(block, style);
}
