import type { PageBlock, PageDocument } from '@boomgate/contract';
import { Fragment, type ReactNode } from 'react';
import { CodeBlock, Untrusted } from '../ui/index.ts';
import { PageList } from './page-list.tsx';
import { PageTable } from './page-table.tsx';

type Of<K extends PageBlock['kind']> = Extract<PageBlock, { kind: K }>;
type Actions = (code: Of<'code'>) => ReactNode;

/** A page of the catalogue as the gateway gives it. Every text in it may be a server's, so each is text and nothing else. */
export function Document({
  actionsOf = () => null,
  of,
}: {
  readonly of: PageDocument;
  /** What can be done with a document that is quoted in it. */
  readonly actionsOf?: Actions;
}) {
  const [{ blocks: opening }, ...chapters] = chaptersOf(of.blocks);
  return (
    <div className="grid gap-x-10 lg:grid-cols-[minmax(0,1fr)_13rem]">
      <div className="flex min-w-0 flex-col gap-7">
        <Blocks of={opening} actionsOf={actionsOf} isOpening />
        {chapters.map(({ blocks, title }, at) => (
          <section
            key={title}
            id={partOf(at)}
            aria-labelledby={`${partOf(at)}-title`}
            className="flex scroll-mt-4 flex-col gap-3"
          >
            <h2 id={`${partOf(at)}-title`} className="border-line border-b pb-1 font-semibold text-lg">
              <Untrusted text={title} />
            </h2>
            <Blocks of={blocks} actionsOf={actionsOf} />
          </section>
        ))}
      </div>
      <Contents of={chapters.map(({ title }, at) => ({ title, id: partOf(at) }))} />
    </div>
  );
}

/** The same for everybody, so that a link to a part can be passed on; there is one document on a page. */
const partOf = (at: number): string => `part-${at + 1}`;

type Chapter = { readonly title: string; readonly blocks: PageBlock[] };

function chaptersOf(blocks: readonly PageBlock[]): readonly [Chapter, ...Chapter[]] {
  const opening: Chapter = { title: '', blocks: [] };
  const chapters: [Chapter, ...Chapter[]] = [opening];
  let last = opening;
  for (const block of blocks) {
    if (block.kind === 'heading') {
      last = { title: block.text, blocks: [] };
      chapters.push(last);
    } else last.blocks.push(block);
  }
  return chapters;
}

function Contents({ of }: { readonly of: readonly { readonly title: string; readonly id: string }[] }) {
  return (
    <nav aria-label="On this page" className="hidden lg:block">
      <ul className="sticky top-6 flex flex-col gap-1.5 border-line border-l text-sm">
        {of.map(({ id, title }) => (
          <li key={id}>
            <a href={`#${id}`} className="block break-words pl-3 text-soft hover:text-ink hover:underline">
              <Untrusted text={title} />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Blocks({
  actionsOf,
  isOpening = false,
  of,
}: {
  readonly of: readonly PageBlock[];
  readonly actionsOf: Actions;
  readonly isOpening?: boolean;
}) {
  return groupsOf(of).map(([first, ...others], at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the order of a page that is read once
    <Fragment key={at}>
      {first.kind === 'quote' ? (
        <Quotes of={[first, ...others].filter((one) => one.kind === 'quote')} />
      ) : first.kind === 'question' ? (
        <Questions of={[first, ...others].filter((one) => one.kind === 'question')} />
      ) : (
        <One of={first} actionsOf={actionsOf} isLead={isOpening && at === 0} />
      )}
    </Fragment>
  ));
}

/** Quotations that follow one another are one table, and questions one list. */
function groupsOf(blocks: readonly PageBlock[]): readonly (readonly [PageBlock, ...PageBlock[]])[] {
  const groups: [PageBlock, ...PageBlock[]][] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    const isSame = last?.[0].kind === block.kind && (block.kind === 'quote' || block.kind === 'question');
    if (last !== undefined && isSame) last.push(block);
    else groups.push([block]);
  }
  return groups;
}

function One({
  actionsOf,
  isLead,
  of,
}: {
  readonly of: Exclude<PageBlock, Of<'quote'> | Of<'question'>>;
  readonly actionsOf: Actions;
  readonly isLead: boolean;
}) {
  switch (of.kind) {
    case 'heading':
      return null;
    case 'text':
      return (
        <p className={isLead ? 'max-w-prose text-lg' : 'max-w-prose'}>
          <Untrusted lines text={of.text} />
        </p>
      );
    case 'code':
      return <CodeBlock name={of.name} text={of.text} actions={actionsOf(of)} />;
    case 'list':
      return <PageList of={of} />;
    case 'table':
      return <PageTable of={of} />;
  }
}

function Quotes({ of }: { readonly of: readonly Of<'quote'>[] }) {
  return (
    <ul className="flex flex-col gap-px overflow-hidden rounded-lg border border-line bg-line">
      {of.map(({ of: whose, text }) => (
        <li
          key={`${whose} ${text}`}
          className="grid gap-x-4 bg-card px-3 py-2 sm:grid-cols-[minmax(0,1fr)_max-content]"
        >
          <q className="min-w-0 break-words font-mono text-sm">
            <Untrusted text={text} />
          </q>
          <span className="text-soft text-sm">{whose}</span>
        </li>
      ))}
    </ul>
  );
}

function Questions({ of }: { readonly of: readonly Of<'question'>[] }) {
  return (
    <dl className="flex flex-col gap-3">
      {of.map(({ answer, question }) => (
        <div key={question}>
          <dt className="font-medium">
            <Untrusted text={question} />
          </dt>
          <dd className="max-w-prose text-soft">
            <Untrusted text={answer} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
