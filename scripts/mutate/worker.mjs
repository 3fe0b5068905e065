// Runs the tests of one mutant after another in a process that stays warm. Its parent kills it when a mutant never ends.
// In: { file, mutant, source, stages }, the text with the mutant and without, and lists of test files. Out: { killedBy }.
import { writeFileSync } from 'node:fs';
import { createVitest } from 'vitest/node';

const [root] = process.argv.slice(2);
const silent = { onInit() {} };
const vitest = await createVitest('test', {
  root,
  watch: false,
  project: ['unit'],
  pool: 'threads',
  isolate: false,
  maxWorkers: 1,
  fileParallelism: false,
  bail: 1,
  silent: true,
  reporters: [silent],
});
await vitest.standalone?.();

async function firstFailure(files) {
  const specifications = files.flatMap((file) => vitest.getProjectByName('unit').createSpecification(file));
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, true);
  for (const module of testModules) {
    if (module.errors().length > 0) return `${module.moduleId}: ${module.errors()[0].message}`;
    for (const test of module.children.allTests('failed')) return test.fullName;
  }
  return unhandledErrors.length > 0 ? String(unhandledErrors[0]) : undefined;
}

/** Puts a text into a file of the copy, also for the modules that are loaded already. */
function put(file, text) {
  writeFileSync(file, text);
  vitest.invalidateFile(file);
}

process.on('message', async ({ file, mutant, source, stages }) => {
  if (file !== undefined) put(file, mutant);
  let killedBy;
  for (const files of stages) killedBy ??= await firstFailure(files);
  if (file !== undefined) put(file, source);
  process.send({ killedBy });
});
process.send({ isReady: true });
