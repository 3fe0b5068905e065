// What a mutation check says while it runs and at its end.

/** Per cent of the mutants that tests must notice. */
const KILLED_MIN = 85;
/** A small sample says little: so many mutants may live whatever the percentage is. */
const ALIVE_ALLOWED = 3;
/** Mutants after which a log says how far it is. */
const PROGRESS_EVERY = 50;

/** On a terminal always, elsewhere now and then. */
export function showProgress({ path }, { done, all }) {
  const text = `${done} of ${all}: ${path}`;
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${text}`);
  else if (done % PROGRESS_EVERY === 0) console.log(text);
}

/** Prints every mutant that lived, the score of each file and folder, and of all; whether enough were killed. */
export function report(mutants, chosen) {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
  const alive = mutants.filter(isAlive);
  for (const { path, line, change } of alive) console.log(`survived  ${path}:${line}  ${change}`);
  showScores(mutants, ({ path }) => path);
  console.log('');
  showScores(mutants, ({ path }) => path.slice(0, path.lastIndexOf('/')));
  if (mutants.length === 0) {
    console.log('nothing to change: no file that is asked for has mutants');
    return true;
  }
  const ended = Map.groupBy(
    mutants.map(({ killedBy }) => killedBy),
    (killedBy) => killedBy,
  );
  const byCount = (key) => ended.get(key)?.length ?? 0;
  if (mutants.length < chosen) console.log(`the time was up after ${mutants.length} of ${chosen} mutants`);
  console.log(`ended by their time: ${byCount('time')}, by a crash: ${byCount('crash')}`);
  console.log(`killed ${score(mutants)}; at least ${KILLED_MIN} % is wanted`);
  return percentage(mutants) >= KILLED_MIN || alive.length <= ALIVE_ALLOWED;
}

function showScores(mutants, keyOf) {
  for (const [key, own] of Map.groupBy(mutants, keyOf)) console.log(`${score(own)}  ${key}`);
}

function isAlive({ killedBy }) {
  return killedBy === undefined;
}

function percentage(mutants) {
  return (100 * mutants.filter((mutant) => !isAlive(mutant)).length) / mutants.length;
}

function score(mutants) {
  const killed = mutants.filter((mutant) => !isAlive(mutant)).length;
  return `${percentage(mutants).toFixed(1).padStart(5)} % (${killed} of ${mutants.length})`;
}
