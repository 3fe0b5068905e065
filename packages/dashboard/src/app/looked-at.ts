/** Milliseconds that a page may be hidden before its streams are closed: who looks something up comes back sooner. */
const UNSEEN_MS = 10_000;

/**
 * What becomes of a stream whose page is hidden: it is closed, or one of all tabs keeps it, for the figure in its title. A browser
 * opens six connections to one address, which many tabs would use up.
 */
export type WhenHidden = 'rest' | 'one_stays';

/** Says when a page is looked at and when it is not any more; once at the beginning. What it returns ends that. */
export function whileLookedAt(
  whenHidden: WhenHidden,
  { rest, wake }: { readonly wake: () => void; readonly rest: () => void },
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let release = () => {};
  const sleep = async () => {
    if (whenHidden === 'one_stays' && (await staysOpen((done) => (release = done)))) return;
    if (document.hidden) rest();
  };
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => void sleep(), UNSEEN_MS);
    else {
      release();
      wake();
    }
  };
  document.addEventListener('visibilitychange', look);
  wake();
  look();
  return () => {
    document.removeEventListener('visibilitychange', look);
    clearTimeout(timer);
    release();
  };
}

/** Whether this tab is the hidden one that stays; it is until `release` is called. Without locks, as over plain HTTP, all stay. */
function staysOpen(given: (release: () => void) => void): Promise<boolean> {
  const locks: LockManager | undefined = navigator.locks;
  if (locks === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    void locks.request('boomgate.stream', { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise<void>((done) => given(done));
    });
  });
}
