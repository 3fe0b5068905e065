import { Dialog as Radix } from 'radix-ui';
import { createContext, type ReactNode, useRef, useState } from 'react';
import { Answers } from './answers.tsx';
import { focusFirst, partsAround } from './around.ts';
import { Button, type ButtonProps } from './button.tsx';
import { Icon } from './icon.tsx';

/** Whether the dialog around shows a text once that nobody has copied yet. */
export const Untaken = createContext({ current: false });

/** What closing a dialog may lose. */
const LOSSES = {
  typed: { title: 'Close this without saving?', lead: 'Your changes here will be lost.' },
  untaken: { title: 'Close this without copying it?', lead: 'It may not be shown again.' },
} as const;

/**
 * A question over the page; focus stays in it, Escape leaves it, and so does a button for who has no such key; where something is
 * typed in it or is shown this once, both ask first. Focus goes back to where it was, or to the part of the page around it where that
 * is gone, such as the row that was removed.
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
  const before = useRef<readonly HTMLElement[]>([]);
  const { question, typed, untaken, ...closing } = useClosing(onClose);
  const goBack = (event: Event) => {
    // The library knows only buttons of its own to go back to.
    event.preventDefault();
    // What was decided may have led it on already, as to the next thing of a list; the page has it after a question over this one.
    const at = document.activeElement;
    if (at === document.body || at?.tagName === 'MAIN') focusFirst(before.current);
  };
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && closing.leave()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Radix.Content
          onOpenAutoFocus={() => {
            before.current = whereFrom();
            closing.stay();
          }}
          onCloseAutoFocus={goBack}
          onFocusCapture={(event) => {
            typed.note(event);
            // The library leads around within it without looking whether that is in sight.
            if (event.currentTarget.contains(event.relatedTarget))
              event.target.scrollIntoView({ block: 'nearest' });
          }}
          // A tap beside it is soon made, and would take what was typed or is shown once.
          onPointerDownOutside={(event) => event.preventDefault()}
          className="-translate-x-1/2 fixed top-[8vh] left-1/2 z-50 max-h-[84vh] w-[min(40rem,calc(100vw-2rem))] overflow-y-auto rounded-lg border border-line bg-card p-5 shadow-xl"
        >
          <Radix.Title className="wrap-anywhere pr-10 font-semibold text-xl">{title}</Radix.Title>
          <Radix.Description asChild>
            <div className="mt-1 mb-4 text-soft">{lead}</div>
          </Radix.Description>
          <Untaken value={untaken}>{children}</Untaken>
          {/* Last, so that the focus begins at what is asked. */}
          <div className="absolute top-4 right-4">
            <Radix.Close asChild>
              <Button kind="quiet" aria-label="Close">
                <Icon name="close" />
              </Button>
            </Radix.Close>
          </div>
          {question}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What has the focus, and what goes before it once it is gone. */
function whereFrom(): readonly HTMLElement[] {
  const at = document.activeElement;
  const page = document.querySelector('main');
  return [
    ...(at instanceof HTMLElement && at !== document.body ? [at, ...partsAround(at)] : []),
    ...(page === null ? [] : [page]),
  ];
}

/** Closes a dialog, after asking where that would lose something. */
function useClosing(close: () => void) {
  const typed = useTyped();
  const untaken = useRef(false);
  const [asked, setAsked] = useState<keyof typeof LOSSES>();
  const stay = () => setAsked(undefined);
  return {
    typed,
    untaken,
    stay,
    leave() {
      if (untaken.current) setAsked('untaken');
      else if (typed.isAny()) setAsked('typed');
      else close();
    },
    question:
      asked === undefined ? null : (
        <LossDialog
          {...LOSSES[asked]}
          leave="Close"
          isOpen
          onStay={stay}
          onLeave={() => {
            stay();
            close();
          }}
        />
      ),
  };
}

/** What stood in the fields of a dialog when somebody came to them; a choice is soon made again, a text is not. */
function useTyped() {
  const [fields] = useState(() => new Map<HTMLInputElement | HTMLTextAreaElement, string>());
  return {
    note({ target }: { readonly target: EventTarget }) {
      const isText =
        target instanceof HTMLTextAreaElement ||
        (target instanceof HTMLInputElement && target.type !== 'checkbox' && target.type !== 'radio');
      if (isText && !fields.has(target)) fields.set(target, target.value);
    },
    // A form that was sent is gone.
    isAny: () => [...fields].some(([field, before]) => field.isConnected && field.value !== before),
  };
}

/** Whether somebody wants to leave what they have not saved. */
export function LossDialog({
  isOpen,
  lead = LOSSES.typed.lead,
  leave,
  onLeave,
  onStay,
  title,
}: {
  readonly title: string;
  readonly lead?: string;
  /** What the button says that goes on. */
  readonly leave: string;
  readonly isOpen: boolean;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}) {
  return (
    <Dialog title={title} lead={lead} isOpen={isOpen} onClose={onStay}>
      <Answers back="Stay here" onBack={onStay}>
        <Button kind="danger" onClick={onLeave}>
          {leave}
        </Button>
      </Answers>
    </Dialog>
  );
}

/** A button that asks before it acts, and says what will happen. */
export function Confirm({
  about,
  act,
  children,
  label,
  question,
  ...button
}: Omit<ButtonProps, 'onClick'> & {
  readonly label: string;
  /** For who cannot see what it stands beside, where there may be several. */
  readonly about?: string;
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
        {about === undefined ? null : <span className="sr-only"> {about}</span>}
      </Button>
      <Dialog title={question} lead={children} isOpen={isOpen} onClose={() => setOpen(false)}>
        <Answers onBack={() => setOpen(false)}>
          <Button kind={button.kind ?? 'main'} isBusy={isBusy} onClick={() => void run()}>
            {label}
          </Button>
        </Answers>
      </Dialog>
    </>
  );
}
