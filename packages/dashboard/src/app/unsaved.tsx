import { useBlocker } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Button, Dialog } from '../ui/index.ts';

/** What stands somewhere on the page and nobody has saved. */
const unsaved = new Set<object>();

/** For ways out that no address leads to, such as signing out. */
export function isAnythingUnsaved(): boolean {
  return unsaved.size > 0;
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
  useEffect(() => {
    if (!isUnsaved) return;
    const own = {};
    unsaved.add(own);
    return () => void unsaved.delete(own);
  }, [isUnsaved]);
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
