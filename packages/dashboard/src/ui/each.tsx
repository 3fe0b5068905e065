import { Fragment, type ReactNode } from 'react';

/** Parts of a list that have no names: what stands at a place is told by its place alone. */
export function Each<Item>({
  children,
  of,
}: {
  readonly of: readonly Item[];
  readonly children: (item: Item, index: number) => ReactNode;
}) {
  return of.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: nothing else tells them apart, and fields follow their values
    <Fragment key={index}>{children(item, index)}</Fragment>
  ));
}
