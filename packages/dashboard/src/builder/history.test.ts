import { expect, it } from 'vitest';
import { beginHistory, HISTORY_MAX, record, redo, undo } from './history.ts';

it('takes changes back one by one and makes them again', () => {
  const made = record(record(beginHistory('a'), 'b'), 'c');
  expect(undo(undo(made)).present).toBe('a');
  expect(undo(undo(undo(made))).present).toBe('a');
  expect(redo(redo(redo(undo(undo(made))))).present).toBe('c');
  expect(redo(record(undo(made), 'd')).present).toBe('d');
});

it('takes what was typed into one field back at once, and nothing further', () => {
  const typed = record(record(record(beginHistory(''), '1', 'max'), '10', 'max'), '10x', 'name');
  expect(undo(typed).present).toBe('10');
  expect(undo(undo(typed)).present).toBe('');
  expect(undo(record(undo(typed), '100', 'max')).present).toBe('10');
});

it.each([HISTORY_MAX, HISTORY_MAX + 1])('of %i changes keeps as many as there is room for', (changes) => {
  let history = beginHistory('0');
  for (let change = 1; change <= changes; change += 1) history = record(history, String(change));
  for (let step = 0; step < changes; step += 1) history = undo(history);
  expect(history.present).toBe(String(changes - HISTORY_MAX));
});
