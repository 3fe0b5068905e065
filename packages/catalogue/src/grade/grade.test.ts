import { describe, expect, it } from 'vitest';
import { type GradedTool, gradeServer } from './index.ts';

const known = { isPinned: true, isPublisherKnown: true };
const tool = (more: Partial<GradedTool> = {}): GradedTool => ({
  class: 'Read',
  signals: [],
  isAnnotated: true,
  ...more,
});

describe('a grade', () => {
  it.each([
    ['only reads', [tool()], known, 'A', 100],
    ['has no tools', [], known, 'A', 100],
    ['runs things', [tool({ class: 'Execute' })], known, 'B', 80],
    ['only destroys', [tool({ class: 'Destructive' })], known, 'D', 60],
    ['is half Critical', [tool(), tool({ class: 'Financial' })], known, 'B', 80],
    ['has no annotations', [tool({ isAnnotated: false })], known, 'B', 85],
    ['is of unknown origin', [tool()], { isPinned: false, isPublisherKnown: false }, 'B', 80],
  ] as const)('of a server that %s', (_, tools, provenance, grade, points) => {
    expect(gradeServer(tools, provenance)).toMatchObject({ grade, points });
  });

  it('falls with one text that speaks to the model, and says what was taken', () => {
    const poisoned = tool({ signals: [{ signal: 'poisoning' }] });
    expect(gradeServer([tool(), poisoned], known)).toEqual({
      grade: 'C',
      points: 70,
      taken: [{ why: 'texts that speak to the model or hide characters', points: 30 }],
    });
  });

  it('is never below nothing', () => {
    const worst = tool({ class: 'Financial', isAnnotated: false, signals: [{ signal: 'poisoning' }] });
    expect(gradeServer([worst], { isPinned: false, isPublisherKnown: false })).toMatchObject({
      grade: 'F',
      points: 0,
    });
  });
});
