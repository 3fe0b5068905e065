import { lazy, Suspense } from 'react';
import { Loading } from '../ui/index.ts';
import type { TryItProps } from './props.ts';

const Loaded = lazy(async () => ({ default: (await import('./panel.tsx')).Panel }));

export function TryIt(props: TryItProps) {
  return (
    <Suspense fallback={<Loading what="the policy engine" />}>
      <Loaded {...props} />
    </Suspense>
  );
}
