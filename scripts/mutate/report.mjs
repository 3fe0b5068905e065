// What a mutation check says while it runs and at its end.

/** Per cent of the mutants that tests must notice. */
const KILLED_MIN = 85;
/** Standard deviations by which a sample, or a few files, may have more survivors: these differ by chance. */
const DEVIATIONS = 2;
/** Mutants after which a log says how far it is. */
const PROGRESS_EVERY = 50;
/** Takes the last line of a terminal away. */
const CLEAR = process.stdout.isTTY ? '\r\x1b[K' : '';

/** A mutant that lived is said at once; how far the run is on a terminal always, elsewhere now and then. */
export function showProgress({ path, line, change, killedBy }, { done, all }) {
  if (killedBy === undefined) console.log(`${CLEAR}survived  ${path}:${line}  ${change}`);
  const text = `${done} of ${all}: ${path}`;
  if (process.stdout.isTTY) process.stdout.write(`${CLEAR}${text}`);
  else if (done % PROGRESS_EVERY === 0) console.log(text);
}

/** Prints the score of each file and folder, and of all; whether enough were killed. */
export function report(mutants, { chosen, isPart }) {
  if (chosen === 0) {
    console.log('nothing to change: no file that is asked for has mutants');
    return true;
  }
  const alive = mutants.filter(isAlive);
  console.log(CLEAR);
  showScores(mutants, ({ path }) => path);
  console.log('');
  showScores(mutants, ({ path }) => path.slice(0, path.lastIndexOf('/')));
  const ended = Map.groupBy(
    mutants.map(({ killedBy }) => killedBy),
    (killedBy) => killedBy,
  );
  const byCount = (key) => ended.get(key)?.length ?? 0;
  if (mutants.length < chosen) console.log(`the time was up after ${mutants.length} of ${chosen} mutants`);
  console.log(`ended by their time: ${byCount('time')}, by a crash: ${byCount('crash')}`);
  const most = aliveAllowed(mutants.length, isPart);
  console.log(
    `killed ${score(mutants)}; ${alive.length} live, at most ${most} may (${KILLED_MIN} % are to be killed)`,
  );
  return alive.length <= most;
}

function aliveAllowed(count, isPart) {
  const share = 1 - KILLED_MIN / 100;
  const chance = isPart ? DEVIATIONS * Math.sqrt(count * share * (1 - share)) : 0;
  return Math.floor(count * share + chance);
}

function showScores(mutants, keyOf) {
  for (const [key, own] of Map.groupBy(mutants, keyOf)) console.log(`${score(own)}  ${key}`);
}

function isAlive({ killedBy }) {
  return killedBy === undefined;
}

function percentage(mutants) {
  return (100 * mutants.filter((mutant) => !isAlive(mutant)).length) / Math.max(1, mutants.length);
}

function score(mutants) {
  const killed = mutants.filter((mutant) => !isAlive(mutant)).length;
  return `${percentage(mutants).toFixed(1).padStart(5)} % (${killed} of ${mutants.length})`;
}
