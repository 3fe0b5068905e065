import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { Card } from './layout.tsx';

/** A part that is a card of its own and opens where it stands; while it is closed, what it is for. */
export function OpeningCard({
  children,
  isOpenAtFirst = false,
  lead,
  title,
}: {
  readonly title: string;
  readonly lead: ReactNode;
  readonly isOpenAtFirst?: boolean;
  /** There while it is open. */
  readonly children: ReactNode;
}) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <section aria-label={title} tabIndex={-1} className="outline-none">
      <Card>
        <div className="flex flex-col gap-3">
          <div className="flex items-center justify-between gap-2">
            <h2 className="font-semibold">{title}</h2>
            <Button kind="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {isOpen ? 'Close' : 'Open'}
              <span className="sr-only"> {title}</span>
            </Button>
          </div>
          {isOpen ? children : <p className="text-soft text-sm">{lead}</p>}
        </div>
      </Card>
    </section>
  );
}
