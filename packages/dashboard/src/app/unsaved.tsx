import { useBlocker } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Button, Dialog } from '../ui/index.ts';

/** What stands somewhere on the page and nobody has saved. */
const unsaved = new Set<object>();
/** What stands open in a part of the page, and is not yet in what the page would save. */
const opened = new Set<object>();

/** For ways out that no address leads to, such as signing out. */
export function isAnythingUnsaved(): boolean {
  return unsaved.size + opened.size > 0;
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
  useListed(unsaved, isUnsaved);
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
 * Of a part that is lost when the page is left, or another part of it is shown: asks before that. Where the page itself asks before
 * it is left, once is enough.
 */
export function AskBeforeClosing({
  isUnsaved,
  names,
  title,
}: {
  readonly isUnsaved: boolean;
  /** What in the address leads to another part. */
  readonly names: readonly string[];
  readonly title: string;
}) {
  const own = useListed(opened, isUnsaved);
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
      leave="Go on"
      isOpen={status === 'blocked'}
      onStay={() => reset?.()}
      onLeave={() => proceed?.()}
    />
  );
}

function namedIn(search: object, name: string): unknown {
  // A cast: whatever a page reads of its address, by name.
  return (search as Readonly<Record<string, unknown>>)[name];
}

/** In the set as long as it is so; what stands for it there. */
function useListed(set: Set<object>, isSo: boolean): object {
  const [own] = useState(() => ({}));
  useEffect(() => {
    if (!isSo) return;
    set.add(own);
    return () => void set.delete(own);
  }, [set, own, isSo]);
  return own;
}

/** Whether somebody wants to leave what they have not saved. */
export function LossDialog({
  isOpen,
  leave,
  onLeave,
  onStay,
  title,
}: {
  readonly title: string;
  /** What the button says that goes on. */
  readonly leave: string;
  readonly isOpen: boolean;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}) {
  return (
    <Dialog title={title} lead="What you changed here is lost then." isOpen={isOpen} onClose={onStay}>
      <div className="flex justify-end gap-2">
        <Button onClick={onStay}>Stay here</Button>
        <Button kind="danger" onClick={onLeave}>
          {leave}
        </Button>
      </div>
    </Dialog>
  );
}
