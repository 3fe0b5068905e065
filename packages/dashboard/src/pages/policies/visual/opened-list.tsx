import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { beforeClosing } from '../../../app/unsaved.tsx';
import { type Sentence, sayAloud } from '../../../builder/index.ts';
import { Button, Each, Section, useRemoval, visible } from '../../../ui/index.ts';
import { useLedTo } from './led.tsx';
import { Said } from './sentence.tsx';

/** The texts of a list: what it is, what its button does, and what is so while nothing is in it. */
export type ListTexts = { readonly title: string; readonly add: string; readonly none: string };

/** Things of a policy as sentences, of which one at a time opens and is changed by what `children` shows. */
export function OpenedList<Item>({
  children,
  fresh,
  of,
  onChange,
  section,
  texts: { add, none, title },
  wordsOf,
}: {
  readonly of: readonly Item[];
  /** The key of the document that has them. */
  readonly section: string;
  readonly texts: ListTexts;
  readonly wordsOf: (item: Item) => Sentence;
  /** What the button adds, opened. */
  readonly fresh: () => Item;
  /** Undefined when none is left. */
  readonly onChange: (items: readonly Item[] | undefined) => void;
  /** Undefined takes the item away. */
  readonly children: (item: Item, onChange: (item: Item | undefined) => void) => ReactNode;
}) {
  const { adds, noteRemoved, removes } = useRemoval();
  const list = useRef<HTMLUListElement>(null);
  // One row is open at a time, so that each of these closes another one.
  const closing = (act: () => void) => () => beforeClosing(act, list.current);
  const [opened, setOpened] = useOpened(section, list);
  const change = (index: number, item: Item | undefined) => {
    const next = item === undefined ? of.filter((_, at) => at !== index) : of.with(index, item);
    if (item === undefined) {
      setOpened(undefined);
      noteRemoved(index);
    }
    onChange(next.length === 0 ? undefined : next);
  };
  const append = () => {
    onChange([...of, fresh()]);
    setOpened(of.length);
  };
  return (
    <Section
      title={title}
      actions={
        <Button {...adds} onClick={closing(append)}>
          {add}
        </Button>
      }
    >
      {of.length === 0 ? <p className="text-soft text-sm">{none}</p> : null}
      <ul ref={list} className="flex flex-col gap-2">
        <Each of={of}>
          {(item, index) => (
            <Row
              of={wordsOf(item)}
              removes={removes}
              isOpen={opened === index}
              onToggle={closing(() => setOpened(opened === index ? undefined : index))}
              onRemove={closing(() => change(index, undefined))}
            >
              {opened === index ? children(item, (next) => change(index, next)) : null}
            </Row>
          )}
        </Each>
      </ul>
    </Section>
  );
}

/** Which row is open; one that something led to opens, and has the focus. */
function useOpened(section: string, list: RefObject<HTMLUListElement | null>) {
  const state = useState<number>();
  const [, setOpened] = state;
  const led = useLedTo(section)?.index;
  useEffect(() => {
    if (led === undefined) return;
    setOpened(led);
    const row = list.current?.children[led];
    if (row instanceof HTMLElement) row.focus();
  }, [led, list]);
  return state;
}

function Row({
  children,
  isOpen,
  of,
  onRemove,
  onToggle,
  removes,
}: {
  readonly of: Sentence;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly removes: object;
  readonly onRemove: () => void;
  readonly children: ReactNode;
}) {
  const toggle = isOpen ? 'Close' : 'Change';
  const said = visible(sayAloud(of));
  return (
    <li tabIndex={-1} className="flex scroll-mt-4 flex-col gap-3 rounded-md border border-line bg-card p-2.5">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <p className="min-w-0 flex-1 basis-48 py-1">
          <Said of={of} />
        </p>
        <div className="flex gap-1">
          <Button kind="quiet" aria-label={`${toggle} ${said}`} aria-expanded={isOpen} onClick={onToggle}>
            {toggle}
          </Button>
          <Button {...removes} kind="quiet" aria-label={`Remove ${said}`} onClick={onRemove}>
            Remove
          </Button>
        </div>
      </div>
      {children}
    </li>
  );
}
