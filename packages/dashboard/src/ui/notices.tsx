import { Toast } from 'radix-ui';
import { shared } from './shared.ts';

/** Milliseconds that a notice stays; it stays longer under the pointer or the focus. */
const SHOWN_MS = 5_000;

type Notice = { readonly id: number; readonly text: string };

const notices = shared<readonly Notice[]>([]);
let count = 0;

/** Says that something was done, to the eye and to who listens. */
export function notify(text: string): void {
  count += 1;
  notices.put([...notices.now(), { id: count, text }]);
}

/** Where notices appear; once on a page. */
export function Notices() {
  const leave = (id: number) => notices.put(notices.now().filter((one) => one.id !== id));
  return (
    <Toast.Provider duration={SHOWN_MS} label="Notice">
      {notices.use().map(({ id, text }) => (
        <Toast.Root
          key={id}
          onOpenChange={(isOpen) => !isOpen && leave(id)}
          className="rounded-lg border border-line bg-card px-4 py-3 shadow-lg"
        >
          <Toast.Description>{text}</Toast.Description>
        </Toast.Root>
      ))}
      <Toast.Viewport className="fixed right-4 bottom-4 z-50 flex w-80 max-w-[calc(100vw-2rem)] flex-col gap-2" />
    </Toast.Provider>
  );
}
