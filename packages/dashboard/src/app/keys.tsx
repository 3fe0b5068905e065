import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Dialog } from '../ui/index.ts';

type Reachable = { readonly to: string; readonly name: string; readonly key?: string };

/** Milliseconds in which the second key has to follow `g`. */
const PAIR_MS = 1_500;

/** `g` and a letter lead to a page, `/` to the search of this one, `?` to this list. Nothing while somebody types. */
export function useKeys(places: readonly Reachable[]): {
  readonly isHelpOpen: boolean;
  readonly closeHelp: () => void;
} {
  const navigate = useNavigate();
  const [isHelpOpen, setHelp] = useState(false);
  const began = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return;
      const isSecond = event.timeStamp - began.current < PAIR_MS;
      began.current = event.key === 'g' && !isSecond ? event.timeStamp : Number.NEGATIVE_INFINITY;
      const place = isSecond ? places.find(({ key }) => key === event.key) : undefined;
      if (place !== undefined) void navigate({ to: place.to });
      else if (event.key === '?') setHelp(true);
      else if (event.key === '/') focusSearch(event);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [navigate, places]);
  return { isHelpOpen, closeHelp: () => setHelp(false) };
}

/** Somebody types, or answers a question over the page. */
function isTaken(target: EventTarget | null): boolean {
  return (
    document.querySelector('[role="dialog"]') !== null ||
    (target instanceof HTMLElement &&
      (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)))
  );
}

function focusSearch(event: KeyboardEvent): void {
  const search = document.querySelector<HTMLInputElement>('input[type="search"]');
  if (search === null) return;
  event.preventDefault();
  search.focus();
}

export function KeyHelp({
  closeHelp,
  isHelpOpen,
  places,
}: ReturnType<typeof useKeys> & { readonly places: readonly Reachable[] }) {
  const all = [
    ...places.flatMap(({ key, name }) => (key === undefined ? [] : [[`g ${key}`, name] as const])),
    ['/', 'Search this page'] as const,
    ['?', 'Show this help'] as const,
    ['Esc', 'Close the open dialog or menu'] as const,
  ];
  return (
    <Dialog title="Keys" isOpen={isHelpOpen} onClose={closeHelp}>
      <dl className="grid grid-cols-[4rem_1fr] gap-2 sm:grid-cols-[4rem_1fr_4rem_1fr]">
        {all.map(([key, name]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="rounded border border-line bg-sunken px-1.5 py-0.5 font-mono text-sm">
                {key}
              </kbd>
            </dt>
            <dd>{name}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
