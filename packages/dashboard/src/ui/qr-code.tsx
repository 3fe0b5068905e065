import { later } from './later.tsx';

/** Pixels of each side: a module of the longest text that is shown has three of them, which a phone's camera tells apart. */
const SIDE = 208;
/** Modules of white around it, which readers need (ISO/IEC 18004 §5.3.8). */
const QUIET = 4;

type Shown = { readonly label: string; readonly text: string };

/** A text for a camera: dark on white in both themes. */
export const QrCode = later('the code to scan', async () => {
  const { encodeQR } = await import('qr');
  return ({ label, text }: Shown) => {
    const rows = encodeQR(text, 'raw', { border: QUIET });
    return (
      <svg
        role="img"
        aria-label={label}
        width={SIDE}
        height={SIDE}
        viewBox={`0 0 ${rows.length} ${rows.length}`}
        shapeRendering="crispEdges"
        className="max-w-full rounded-md border border-line"
      >
        <path fill="#fff" d={`M0 0h${rows.length}v${rows.length}H0z`} />
        <path fill="#000" d={pathOf(rows)} />
      </svg>
    );
  };
});

/** A square for each dark module. */
function pathOf(rows: readonly (readonly boolean[])[]): string {
  return rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
}
