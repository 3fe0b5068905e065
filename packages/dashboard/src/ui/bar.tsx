type Tone = 'good' | 'warn' | 'bad';

const FILLS: Readonly<Record<Tone, string>> = { good: 'bg-accent', warn: 'bg-warn', bad: 'bg-bad' };

/** How much of something is used, as a bar with its figures. */
export function Bar({
  label,
  max,
  tone = 'good',
  used,
}: {
  /** For who cannot see it: what is used. */
  readonly label: string;
  readonly used: number;
  readonly max: number;
  readonly tone?: Tone;
}) {
  const part = max <= 0 ? 1 : Math.min(used / max, 1);
  return (
    <span className="flex min-w-0 items-center gap-3">
      {/* biome-ignore lint/a11y/useSemanticElements: browsers draw a meter element in colours of their own */}
      <span
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={Math.min(used, max)}
        aria-valuetext={`${figure(used)} of ${figure(max)}`}
        className="h-2.5 min-w-16 flex-1 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset forced-color-adjust-none"
      >
        <span className={`block h-full rounded-full ${FILLS[tone]}`} style={{ width: `${part * 100}%` }} />
      </span>
      <span className="whitespace-nowrap text-sm tabular-nums">
        {figure(used)} / {figure(max)}
      </span>
    </span>
  );
}

function figure(value: number): string {
  return value.toLocaleString(undefined, { maximumFractionDigits: 2 });
}
