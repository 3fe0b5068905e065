import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useContext, useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { CopyLine } from './copy.tsx';
import { Untaken } from './dialog.tsx';

/** What a dialog made and shows this once. Until it is copied, the dialog asks before it closes. */
export function ShownOnce({
  children,
  label,
  text,
}: {
  readonly label: string;
  readonly text: string;
  /** What goes with it and is no secret. */
  readonly children?: ReactNode;
}) {
  const [isTaken, setTaken] = useState(false);
  const untaken = useContext(Untaken);
  useEffect(() => {
    untaken.current = !isTaken;
    return () => {
      untaken.current = false;
    };
  }, [untaken, isTaken]);
  return (
    <div className="flex flex-col gap-3">
      {children}
      <CopyLine label={label} text={text} onCopied={() => setTaken(true)} />
      <Radix.Close asChild>
        <Button kind="main">Done</Button>
      </Radix.Close>
    </div>
  );
}
