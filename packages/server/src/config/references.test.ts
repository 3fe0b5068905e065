import { expect, it } from 'vitest';
import { filesNamed, refuseReferences, resolveReferences, withFiles } from './references.ts';

it.each([
  ['${MY-KEY:-canary}', '${MY…}'],
  ['${1:-canary}', '${1:…}'],
  ['${input:key}', '${input:key}'],
  ['${}', '${}'],
])('of the reference in %j no value is told', (text, shown) => {
  expect(resolveReferences(text, {})).toEqual({
    problem: `the reference ${shown} is not understood; expected \${env:NAME}`,
  });
});

it('a file stands for what it holds, without the end of its last line', () => {
  const text = 'Bearer ${file:/run/secrets/it}, ${file:-a default}';
  expect(filesNamed(text)).toEqual(['/run/secrets/it']);
  const read = withFiles({}, new Map([['/run/secrets/it', 'secret\n']]));
  expect(resolveReferences(text, read)).toEqual({ text: 'Bearer secret, a default' });
  expect(resolveReferences(text, { '/run/secrets/it': 'x' })).toMatchObject({
    problem: expect.stringContaining('only a configuration file'),
  });
});

it('what every object has is not a variable that is set', () => {
  expect(resolveReferences('${constructor}', {})).toHaveProperty('problem');
});

it('whoever registers a server gets no reference, and does not hold up others by a text full of beginnings', () => {
  expect(refuseReferences('a ${b} c')).toHaveProperty('problem');
  expect(refuseReferences('} ${ {')).toEqual({ text: '} ${ {' });
  const started = performance.now();
  for (let at = 0; at < 100; at += 1) refuseReferences('${'.repeat(4_096));
  expect(performance.now() - started).toBeLessThan(100);
});
