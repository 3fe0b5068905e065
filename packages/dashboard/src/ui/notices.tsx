import { Toast } from 'radix-ui';
import { useSyncExternalStore } from 'react';

/** Milliseconds that a notice stays; it stays longer under the pointer or the focus. */
const SHOWN_MS = 5_000;

type Notice = { readonly id: number; readonly text: string };

let notices: readonly Notice[] = [];
let count = 0;
const listeners = new Set<() => void>();

function show(next: readonly Notice[]): void {
  notices = next;
  for (const listener of listeners) listener();
}

/** Says that something was done, to the eye and to who listens. */
export function notify(text: string): void {
  count += 1;
  show([...notices, { id: count, text }]);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Where notices appear; once on a page. */
export function Notices() {
  const shown = useSyncExternalStore(subscribe, () => notices);
  return (
    <Toast.Provider duration={SHOWN_MS} label="Notice">
      {shown.map(({ id, text }) => (
        <Toast.Root
          key={id}
          onOpenChange={(isOpen) => !isOpen && show(notices.filter((one) => one.id !== id))}
          className="rounded-lg border border-line bg-card px-4 py-3 shadow-lg"
        >
          <Toast.Description>{text}</Toast.Description>
        </Toast.Root>
      ))}
      <Toast.Viewport className="fixed right-4 bottom-4 z-50 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2" />
    </Toast.Provider>
  );
}
