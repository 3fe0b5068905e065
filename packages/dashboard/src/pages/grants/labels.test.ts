import { expect, it } from 'vitest';
import { readLabels, typedLabels } from './labels.ts';

it('gives labels back as they were', () => {
  const labels = { team: 'a', five: '5', size: 5, ratio: 0.5, isMine: true, other: false };
  expect(readLabels(typedLabels(labels))).toEqual({ labels });
});

it('says what is no number and what is there twice, and passes over lines without a name', () => {
  const text = (name: string) => ({ name, kind: 'text', value: 'x' }) as const;
  expect(readLabels([text('a'), text('')])).toEqual({ labels: { a: 'x' } });
  expect(readLabels([text('a'), text('a')])).toHaveProperty('problem');
  for (const value of ['', ' ', 'five', 'Infinity'])
    expect(readLabels([{ name: 'a', kind: 'number', value }])).toHaveProperty('problem');
});
