import { expect, it } from 'vitest';
import { JobProgress } from './progress.ts';

const prompt = { 1: { class_type: 'A' }, 2: { class_type: 'B' }, 3: { class_type: 'C' } };
const promptId = 'p';

it('progress grows with every message, whatever the order of events', () => {
  const progress = new JobProgress(prompt);
  const told = [
    progress.waiting(2),
    progress.waiting(2),
    progress.waiting(1),
    progress.note({ type: 'started', promptId }),
    progress.note({ type: 'cached', promptId, nodes: ['1'] }),
    progress.note({ type: 'node', promptId, node: '2' }),
    progress.note({ type: 'step', promptId, node: '2', done: 1, of: 2 }),
    progress.note({ type: 'step', promptId, node: '2', done: 1, of: 2 }),
    progress.note({ type: 'step', promptId, node: '1', done: 1, of: 2 }),
    progress.note({ type: 'node', promptId, node: '3' }),
    progress.note({ type: 'node_done', promptId, node: '3' }),
    progress.note({ type: 'node_done', promptId, node: '3' }),
    progress.note({ type: 'ended', promptId }),
  ];
  const values = told.flatMap((each) => (each === undefined ? [] : [each.done]));
  expect(values).toEqual([...new Set(values)].toSorted((a, b) => a - b));
  expect(told.flatMap((each) => (each === undefined ? [] : [each.message]))).toEqual([
    'waiting, number 2 in the queue',
    'waiting, number 1 in the queue',
    'started',
    '1 nodes were done before',
    'node 2 (B): 1 of 2',
    'node 3 (C)',
    'node 3 (C) done',
  ]);
  expect(told.at(-3)).toMatchObject({ done: 3, total: 3 });
});

it('nodes that others expand into do not count', () => {
  const progress = new JobProgress(prompt);
  progress.note({ type: 'node', promptId, node: '1' });
  expect(progress.note({ type: 'node_done', promptId, node: '1.0.7' })).toBeUndefined();
  expect(progress.note({ type: 'node', promptId, node: '2' })).toMatchObject({ done: 1 });
});
