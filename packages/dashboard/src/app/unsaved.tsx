import { useBlocker } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { LossDialog } from '../ui/index.ts';

/** What stands somewhere on the page and nobody has saved. */
const unsaved = new Set<object>();
/** What stands open in a part of the page, and is not yet in what the page would save. */
const opened = new Set<Opened>();

type Opened = {
  readonly part: RefObject<Element | null>;
  /** Does it once somebody has agreed. */
  readonly ask: (act: () => void) => void;
  readonly giveUp: () => void;
};

/** Whether something would be lost with the page. */
export function isAnythingUnsaved(): boolean {
  return unsaved.size + opened.size > 0;
}

/** Whether something that is typed stands open in a part of the page. */
export function isAnythingOpened(): boolean {
  return opened.size > 0;
}

/**
 * Does what would close parts of the page, after asking whether what stands open in them may be lost; at once where nothing does.
 * `within` is what would close: the whole page where it is not said.
 */
export function beforeClosing(act: () => void, within?: Element | null): void {
  const closing = [...opened].filter(({ part }) => within?.contains(part.current) ?? true);
  const [first] = closing;
  const close = () => {
    for (const one of closing) {
      // At once: what is done may itself be asked about further out.
      opened.delete(one);
      one.giveUp();
    }
    act();
  };
  if (first === undefined) act();
  else first.ask(close);
}

/** For ways out that no address leads to, such as signing out: asks whether what nobody has saved may be lost, where something is. */
export function useMayLose(question: { readonly title: string; readonly leave: string }) {
  const [answer, setAnswer] = useState<(mayLose: boolean) => void>();
  const say = (mayLose: boolean) => {
    setAnswer(undefined);
    answer?.(mayLose);
  };
  return {
    mayLose: async (): Promise<boolean> =>
      !isAnythingUnsaved() || new Promise((told) => setAnswer(() => told)),
    /** To be put on the page. */
    question: (
      <LossDialog
        {...question}
        isOpen={answer !== undefined}
        onStay={() => say(false)}
        onLeave={() => say(true)}
      />
    ),
  };
}

/** Asks before a page is left, reloaded or closed on which something stands that nobody has saved. */
export function AskBeforeLeaving({
  isUnsaved,
  what,
}: {
  readonly isUnsaved: boolean;
  readonly what: string;
}) {
  const { proceed, reset, status } = useBlocker({
    shouldBlockFn: ({ current, next }) => isUnsaved && current.pathname !== next.pathname,
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  });
  const [own] = useState(() => ({}));
  useListed(unsaved, { own, isSo: isUnsaved });
  return (
    <LossDialog
      title={`Leave without saving the ${what}?`}
      leave="Leave"
      isOpen={status === 'blocked'}
      onStay={() => reset?.()}
      onLeave={() => proceed?.()}
    />
  );
}

/**
 * Of a part that is lost when the page is left, another part of it is shown, or `beforeClosing` is done to it: asks before that.
 * Where the page itself asks before it is left, once is enough.
 */
export function AskBeforeClosing({
  isUnsaved,
  names,
  onGiveUp,
  part,
  title,
}: {
  readonly isUnsaved: boolean;
  /** What in the address leads to another part. */
  readonly names: readonly string[];
  readonly part: RefObject<Element | null>;
  /** It may be lost, and need not stand open any more. */
  readonly onGiveUp: () => void;
  readonly title: string;
}) {
  const latest = useRef(onGiveUp);
  latest.current = onGiveUp;
  const [asked, setAsked] = useState<() => void>();
  const [own] = useState(
    (): Opened => ({ part, ask: (act) => setAsked(() => act), giveUp: () => latest.current() }),
  );
  useListed(opened, { own, isSo: isUnsaved });
  const { proceed, reset, status } = useBlocker({
    shouldBlockFn: ({ current, next }) => {
      // Of several that are open, the first asks for all.
      if (!isUnsaved || [...opened][0] !== own) return false;
      if (current.pathname !== next.pathname) return unsaved.size === 0;
      return names.some((name) => namedIn(current.search, name) !== namedIn(next.search, name));
    },
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  });
  return (
    <LossDialog
      title={title}
      leave="Continue"
      isOpen={status === 'blocked' || asked !== undefined}
      onStay={() => {
        setAsked(undefined);
        reset?.();
      }}
      onLeave={() => {
        setAsked(undefined);
        if (asked === undefined) proceed?.();
        else asked();
      }}
    />
  );
}

function namedIn(search: object, name: string): unknown {
  // A cast: whatever a page reads of its address, by name.
  return (search as Readonly<Record<string, unknown>>)[name];
}

/** In the set as long as it is so. */
function useListed<T>(set: Set<T>, { isSo, own }: { readonly own: T; readonly isSo: boolean }): void {
  useEffect(() => {
    if (!isSo) return;
    set.add(own);
    return () => void set.delete(own);
  }, [set, own, isSo]);
}
