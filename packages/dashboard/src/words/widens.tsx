import type { PolicyWidens } from '@boomgate/contract';
import { Code, Untrusted } from '../ui/index.ts';
import { OutcomeBadge, Shape, type Shown } from './badges.tsx';

const VERDICTS: Readonly<Record<string, Shown>> = {
  no: { tone: 'good', mark: '✓', word: 'no' },
  yes: { tone: 'bad', mark: '▲', word: 'yes' },
  unknown: { tone: 'warn', mark: '?', word: 'perhaps' },
};

export function WidensBadge({ verdict }: { readonly verdict: string }) {
  return <Shape {...(VERDICTS[verdict] ?? { tone: 'mute', mark: '·', word: verdict })} />;
}

const SAID: Readonly<Record<PolicyWidens['verdict'], string>> = {
  no: '✓ Nothing is let through that was not before.',
  yes: '▲ More is let through than before.',
  unknown: '▲ More may be let through than before: it could not be ruled out.',
};

/** Whether a change lets more through, how that is known, and a call that shows it. */
export function Widens({ of: { example, how, places, verdict } }: { readonly of: PolicyWidens }) {
  return (
    <div className="flex flex-col gap-2">
      <p className={verdict === 'no' ? 'text-good' : verdict === 'yes' ? 'text-bad' : 'text-warn'}>
        {SAID[verdict]} <span className="text-soft text-sm">{HOW[how]}</span>
      </p>
      {example === undefined ? null : (
        <div className="rounded-md bg-sunken p-3">
          <p className="text-soft text-sm">For example</p>
          <p>
            <Code>{example.target}</Code>
            {example.args === undefined ? null : (
              <>
                {' with '}
                <Code>{example.args}</Code>
              </>
            )}
            {example.earlier === undefined
              ? ''
              : `, after ${example.earlier === 1 ? '1 call' : `${example.earlier} calls`} like it`}
          </p>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-sm">
            before <OutcomeBadge outcome={example.before.outcome} /> now{' '}
            <OutcomeBadge outcome={example.after.outcome} />
          </p>
        </div>
      )}
      {places.length === 0 ? null : (
        <ul aria-label="Where" className="flex flex-col gap-1 text-sm">
          {places.map(({ pointer, what }) => (
            <li key={`${pointer} ${what}`}>
              <Code>{pointer}</Code> <Untrusted text={what} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const HOW: Readonly<Record<PolicyWidens['how'], string>> = {
  proof: 'Proven.',
  witness: 'A call shows it.',
  search: 'Searched for, within a time.',
};
