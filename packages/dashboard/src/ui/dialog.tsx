import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef, useState } from 'react';
import { Button, type ButtonProps } from './button.tsx';
import { Icon } from './icon.tsx';

/**
 * A question over the page; focus stays in it, Escape leaves it, and so does a button for who has no such key. Focus goes back to
 * where it was, or to the page where that is gone, such as the row that was removed.
 */
export function Dialog({
  children,
  isOpen,
  lead,
  onClose,
  title,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const before = useRef<Element>(null);
  const goBack = (event: Event) => {
    // The library knows only buttons of its own to go back to.
    event.preventDefault();
    const page = document.querySelector('main');
    // What was decided may have led it on already, as to the next thing of a list.
    if (document.activeElement !== document.body && document.activeElement !== page) return;
    const to = before.current?.isConnected === true ? before.current : page;
    if (to instanceof HTMLElement) to.focus({ preventScroll: true });
  };
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Radix.Content
          onOpenAutoFocus={() => {
            before.current = document.activeElement;
          }}
          onCloseAutoFocus={goBack}
          // A tap beside it is soon made, and would take what was typed or is shown once.
          onPointerDownOutside={(event) => event.preventDefault()}
          className="-translate-x-1/2 fixed top-[8vh] left-1/2 z-50 max-h-[84vh] w-[min(40rem,calc(100vw-2rem))] overflow-y-auto rounded-lg border border-line bg-card p-5 shadow-xl"
        >
          <Radix.Title className="pr-10 font-semibold text-xl">{title}</Radix.Title>
          <Radix.Description asChild>
            <div className="mt-1 mb-4 text-soft">{lead}</div>
          </Radix.Description>
          {children}
          {/* Last, so that the focus begins at what is asked. */}
          <div className="absolute top-4 right-4">
            <Radix.Close asChild>
              <Button kind="quiet" aria-label="Close">
                <Icon name="close" />
              </Button>
            </Radix.Close>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** A button that asks before it acts, and says what will happen. */
export function Confirm({
  act,
  children,
  label,
  question,
  ...button
}: Omit<ButtonProps, 'onClick'> & {
  readonly label: string;
  readonly question: string;
  readonly act: () => Promise<unknown>;
}) {
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    await act().finally(() => setBusy(false));
    setOpen(false);
  };
  return (
    <>
      <Button {...button} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog title={question} lead={children} isOpen={isOpen} onClose={() => setOpen(false)}>
        <div className="flex justify-end gap-2">
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button kind={button.kind ?? 'main'} isBusy={isBusy} onClick={() => void run()}>
            {label}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
