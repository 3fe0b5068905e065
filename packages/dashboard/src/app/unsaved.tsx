import { useBlocker } from '@tanstack/react-router';
import { Button, Dialog } from '../ui/index.ts';

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
  return (
    <Dialog
      title={`Leave without saving the ${what}?`}
      lead="What you changed here is lost then."
      isOpen={status === 'blocked'}
      onClose={() => reset?.()}
    >
      <div className="flex justify-end gap-2">
        <Button onClick={() => reset?.()}>Stay here</Button>
        <Button kind="danger" onClick={() => proceed?.()}>
          Leave
        </Button>
      </div>
    </Dialog>
  );
}
