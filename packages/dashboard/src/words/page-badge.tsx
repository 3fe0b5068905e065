import { SEVERITIES, Shape, type Shown } from './badges.tsx';

/** How far a policy prevents an attack. */
export const COVERED = {
  full: 'a policy prevents it',
  partial: 'a policy prevents part of it',
  none: 'no policy prevents it',
} as const;

/** Of a server: its letter. Of an attack: how far a policy prevents it. */
const OTHERS: Readonly<Record<string, Shown>> = {
  'Grade A': { tone: 'good', mark: '●', word: 'Grade A' },
  'Grade B': { tone: 'good', mark: '●', word: 'Grade B' },
  'Grade C': { tone: 'warn', mark: '■', word: 'Grade C' },
  'Grade D': { tone: 'high', mark: '▲', word: 'Grade D' },
  'Grade F': { tone: 'bad', mark: '◆', word: 'Grade F' },
  full: { tone: 'good', mark: '✓', word: COVERED.full },
  partial: { tone: 'warn', mark: '◐', word: COVERED.partial },
  none: { tone: 'bad', mark: '○', word: COVERED.none },
};

/** The badge of a page of the catalogue, such as "High risk · Execute": each part in the colour of what it says. */
export function PageBadge({ text }: { readonly text: string }) {
  const parts = text.split(' · ');
  const severity = parts.map((part) => SEVERITIES[part.replace(/ risk$/, '')]).find(Boolean);
  return (
    <span className="flex flex-wrap gap-1.5">
      {parts.map((part) => (
        <Shape key={part} {...shownOf(part, severity)} />
      ))}
    </span>
  );
}

function shownOf(part: string, severity: Shown | undefined): Shown {
  const other = OTHERS[part];
  if (other !== undefined) return other;
  return severity === undefined ? { tone: 'mute', mark: '·', word: part } : { ...severity, word: part };
}
