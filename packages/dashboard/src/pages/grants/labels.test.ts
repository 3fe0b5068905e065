import { expect, it } from 'vitest';
import { readLabels, typedLabels } from './labels.ts';

it('gives labels back as they were', () => {
  const labels = { team: 'a', five: '5', size: 5, ratio: 0.5, isMine: true, other: false };
  expect(readLabels(typedLabels(labels))).toEqual({ labels });
});

it('says what is no number, what is there twice and what has no name, and passes over empty lines', () => {
  const text = (name: string, value = 'x') => ({ name, kind: 'text', value }) as const;
  const unnamed = { name: '', kind: 'truth value', value: 'false' } as const;
  expect(readLabels([text('a'), text('', ''), unnamed])).toEqual({ labels: { a: 'x' } });
  expect(readLabels([text('a'), text('')])).toHaveProperty('problem');
  expect(readLabels([text('a'), text('a')])).toHaveProperty('problem');
  for (const value of ['', ' ', 'five', 'Infinity'])
    expect(readLabels([{ name: 'a', kind: 'number', value }])).toHaveProperty('problem');
});
