import type { ReactNode } from 'react';
import { Button } from './button.tsx';

/** The end of a question or a form: the way back, and beside it the button that goes on. */
export function Answers({
  back = 'Cancel',
  children,
  onBack,
}: {
  readonly back?: string;
  readonly onBack: () => void;
  readonly children: ReactNode;
}) {
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Button onClick={onBack}>{back}</Button>
      {children}
    </div>
  );
}
