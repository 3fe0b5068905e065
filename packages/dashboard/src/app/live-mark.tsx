import type { ReactNode } from 'react';
import { Badge, Status, type Tone } from '../ui/index.ts';
import type { Line } from './stream.ts';

const SAID: Readonly<Record<Line, { readonly tone: Tone; readonly mark: string; readonly text: string }>> = {
  connecting: { tone: 'mute', mark: '○', text: 'connecting' },
  live: { tone: 'good', mark: '●', text: 'live' },
  cut_off: { tone: 'warn', mark: '!', text: 'cut off, reconnecting' },
  resting: { tone: 'mute', mark: '‖', text: 'paused' },
  ended: { tone: 'bad', mark: '■', text: 'ended: sign in again' },
};

/** How a stream is, in a word that is also announced when it changes. */
export function LiveMark({ line }: { readonly line: Line }): ReactNode {
  const { mark, text, tone } = SAID[line];
  return (
    <Status>
      <Badge tone={tone} mark={mark}>
        {text}
      </Badge>
    </Status>
  );
}
