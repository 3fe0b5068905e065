import 'uplot/dist/uPlot.min.css';
import { useEffect, useEffectEvent, useRef } from 'react';
import uPlot from 'uplot';
import { COLORS } from './colors.ts';
import { STACKED, type StatColumn, stackedHeights } from './columns.ts';

const HEIGHT_PIXELS = 220;
const MS_PER_SECOND = 1_000;

type Props = {
  readonly columns: readonly StatColumn[];
  readonly label: string;
  readonly onHover: (index: number | undefined) => void;
  readonly onPress: (index: number) => void;
};

/** Columns of decisions by outcome. A picture: the table beside it has every figure, for who cannot see or point. */
export function Chart({ columns, label, onHover, onPress }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const hover = useEffectEvent(onHover);
  const press = useEffectEvent(onPress);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let plot = drawn(element, columns, { hover, press });
    const again = () => {
      plot.destroy();
      plot = drawn(element, columns, { hover, press });
    };
    const resized = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: HEIGHT_PIXELS }),
    );
    resized.observe(element);
    // A canvas keeps the colours that it was drawn with.
    const themed = new MutationObserver(again);
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      plot.destroy();
    };
  }, [columns]);
  return <div ref={place} role="img" aria-label={label} className="w-full overflow-hidden" />;
}

type Told = { readonly hover: Props['onHover']; readonly press: Props['onPress'] };

function drawn(element: HTMLElement, columns: readonly StatColumn[], { hover, press }: Told): uPlot {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--ink-soft'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { stroke: color('--line'), width: 1 },
  };
  const bars = uPlot.paths.bars?.({ size: [0.8, 48], align: 1 });
  // The highest first: those that reach less high are drawn over it.
  const order = [...STACKED.keys()].reverse();
  const plot = new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT_PIXELS,
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { range: () => spanOf(columns) },
        y: { range: (_plot, _min, max) => [0, Math.max(max, 4)] },
      },
      axes: [
        { ...axis, values: (_plot, values) => values.map(momentOf) },
        { ...axis, incrs: WHOLE, values: (_plot, values) => values.map(shortFigure) },
      ],
      series: [
        {},
        ...order.map((at) => ({
          fill: color(COLORS[STACKED[at] ?? 'error']),
          width: 0,
          points: { show: false },
          ...(bars === undefined ? {} : { paths: bars }),
        })),
      ],
      hooks: { setCursor: [({ cursor: { idx } }) => hover(idx ?? undefined)] },
    },
    dataOf(columns, order),
    element,
  );
  plot.over.addEventListener('click', () => {
    const { idx } = plot.cursor;
    if (idx !== null && idx !== undefined) press(idx);
  });
  return plot;
}

/** From the beginning of the first column to the end of the last: a column is drawn behind its beginning. */
function spanOf(columns: readonly StatColumn[]): [number, number] {
  const from = columns[0]?.atMs ?? 0;
  return [from / MS_PER_SECOND, (columns.at(-1)?.untilMs ?? from) / MS_PER_SECOND];
}

function dataOf(columns: readonly StatColumn[], order: readonly number[]): uPlot.AlignedData {
  const heights = stackedHeights(columns);
  const times = columns.map(({ atMs }) => atMs / MS_PER_SECOND);
  return [times, ...order.map((at) => [...(heights[at] ?? [])])];
}

/** Steps of an axis that counts. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6];

const SHORT = new Intl.NumberFormat(undefined, { notation: 'compact' });

function shortFigure(value: number): string {
  return SHORT.format(value);
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: '2-digit' });

/** A moment below the axis, in the words of the log; the day where one begins, and where the axis does. */
function momentOf(atS: number, index: number): string {
  const moment = new Date(atS * MS_PER_SECOND);
  const beginsDay = moment.getHours() === 0 && moment.getMinutes() === 0;
  if (beginsDay) return DAY.format(moment);
  return index === 0 ? `${TIME.format(moment)}\n${DAY.format(moment)}` : TIME.format(moment);
}
