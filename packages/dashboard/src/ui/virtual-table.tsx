import { useVirtualizer } from '@tanstack/react-virtual';
import {
  memo,
  type ReactNode,
  type Ref,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useRef,
} from 'react';
import { useTabStop } from './scrolling.tsx';

/** Pixels of a row: one line of text with some room, and a target that a finger hits. */
const ROW_PIXELS = 36;
/** Rows that are there beyond each end of what is seen, so that scrolling shows no empty place before they are drawn. */
const OVERSCAN_ROWS = 12;

export type VirtualColumn<Row> = {
  readonly name: string;
  /** Width as a track of a grid, such as `9rem` or `minmax(8rem,1fr)`. */
  readonly width: string;
  /** The same on narrow screens; absent: it is not shown there. */
  readonly narrow?: string;
  readonly align?: 'right';
  /** Its texts differ at their ends: what has no room is cut at the beginning. */
  readonly isCutBefore?: true;
  readonly cell: (row: Row) => ReactNode;
};

export type VirtualHandle = { readonly toTop: () => void };

type Rows<Row> = {
  readonly count: number;
  /** Undefined for a row that is known to be there and not loaded. */
  readonly rowAt: (index: number) => Row | undefined;
  readonly keyOf: (row: Row) => string | number;
};

/**
 * A table of any length of which only what is seen is in the page; the first column names the rows. It scrolls by itself; `onView` says which rows are seen, and
 * `after` follows the last of them.
 */
export function VirtualTable<Row>({
  after,
  caption,
  columns,
  handle,
  of,
  onView,
  startAt = 0,
}: {
  readonly caption: string;
  readonly columns: readonly VirtualColumn<Row>[];
  readonly of: Rows<Row>;
  readonly onView: (view: { readonly first: number; readonly last: number; readonly isTop: boolean }) => void;
  /** Index of the first row that is seen at first. */
  readonly startAt?: number;
  readonly after?: ReactNode;
  readonly handle?: Ref<VirtualHandle>;
}) {
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: of.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    overscan: OVERSCAN_ROWS,
    initialOffset: startAt * ROW_PIXELS,
  });
  useImperativeHandle(handle, () => ({ toTop: () => virtual.scrollToOffset(0) }), [virtual]);
  const isMeasured = virtual.range !== null;
  const first = virtual.range?.startIndex ?? 0;
  const last = virtual.range?.endIndex ?? 0;
  const isTop = (virtual.scrollOffset ?? 0) < ROW_PIXELS;
  const tell = useEffectEvent(onView);
  useEffect(() => {
    if (isMeasured) tell({ first, last, isTop });
  }, [isMeasured, first, last, isTop]);
  return (
    <section
      ref={scroller}
      aria-label={caption}
      tabIndex={useTabStop(scroller)}
      style={{ ...tracksOf(columns), overflowAnchor: 'none' }}
      className="max-h-[max(22rem,calc(100dvh-20rem))] scroll-pt-10 overflow-auto rounded-lg border border-line bg-card"
    >
      {/* biome-ignore lint/a11y/useSemanticElements: the rows of a table element cannot be placed one by one */}
      <div role="table" aria-label={caption} aria-rowcount={-1} className="min-w-max">
        <Heads columns={columns} />
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = of.rowAt(index);
            // A row keeps its element when others come before it, and with it the focus.
            const key = row === undefined ? `place ${index}` : of.keyOf(row);
            return <Placed key={key} columns={columns} index={index} row={row} start={start} />;
          })}
        </div>
      </div>
      {after}
    </section>
  );
}

/** One row in its place. Drawn again only where row or place is another one. */
const Placed = memo(PlacedRow) as typeof PlacedRow; // a cast: `memo` forgets that it is generic

function PlacedRow<Row>({
  columns,
  index,
  row,
  start,
}: {
  readonly columns: readonly VirtualColumn<Row>[];
  readonly index: number;
  readonly row: Row | undefined;
  readonly start: number;
}) {
  return (
    // biome-ignore lint/a11y: the rows of a table element cannot be placed one by one
    <div
      role="row"
      aria-rowindex={index + 2}
      className={`${TRACKS} absolute top-0 left-0 w-full border-line border-b [contain:strict] hover:bg-sunken`}
      style={{ height: ROW_PIXELS, transform: `translateY(${start}px)` }}
    >
      {columns.map((column, at) => (
        <div
          key={column.name}
          role={at === 0 ? 'rowheader' : 'cell'}
          className={`truncate px-3 ${shownWhere(column)}`}
        >
          {row === undefined ? (
            <span className="inline-block h-3 w-3/4 animate-pulse rounded bg-sunken" />
          ) : (
            column.cell(row)
          )}
        </div>
      ))}
    </div>
  );
}

function Heads<Row>({ columns }: { readonly columns: readonly VirtualColumn<Row>[] }) {
  return (
    // biome-ignore lint/a11y: the rows of a table element cannot be placed one by one
    <div role="rowgroup" className="sticky top-0 z-10 border-line border-b bg-sunken">
      {/* biome-ignore lint/a11y: as above */}
      <div role="row" aria-rowindex={1} className={`${TRACKS} h-9 text-soft text-sm`}>
        {columns.map((column) => (
          // biome-ignore lint/a11y: as above
          <div key={column.name} role="columnheader" className={`px-3 font-medium ${shownWhere(column)}`}>
            {column.name}
          </div>
        ))}
      </div>
    </div>
  );
}

const TRACKS =
  'grid items-center [grid-template-columns:var(--narrow)] md:[grid-template-columns:var(--wide)]';

function tracksOf<Row>(columns: readonly VirtualColumn<Row>[]) {
  const narrow = columns.flatMap((one) => one.narrow ?? []).join(' ');
  return { '--wide': columns.map(({ width }) => width).join(' '), '--narrow': narrow };
}

function shownWhere<Row>({ align, isCutBefore, narrow }: VirtualColumn<Row>): string {
  const looks = [
    ...(narrow === undefined ? ['hidden md:block'] : []),
    ...(align === 'right' ? ['text-right tabular-nums'] : []),
    // The browser puts the ellipsis where a line ends; the text in it has a direction of its own.
    ...(isCutBefore === true ? ['text-left [direction:rtl]'] : []),
  ];
  return looks.join(' ');
}
