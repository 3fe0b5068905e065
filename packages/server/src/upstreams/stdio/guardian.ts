import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Reads `+ GROUP` and `- GROUP`, and kills the groups that are left when its input ends, which is when the gateway died:
 * the kernel kills the process that the gateway started, but not what a wrapper such as `npx` started in turn.
 */
const PROGRAM = `
groups=
while read -r sign group; do
  case $sign in
    +) groups="$groups $group" ;;
    -) kept=
       for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done
       groups=$kept ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
`;

const guarded = new Set<number>();
let guardian: ChildProcess | undefined;

/** From now on the processes of this group die with the gateway, however it dies (gateway §6). Nothing on Windows. */
export function guard(group: number): void {
  if (process.platform === 'win32') return;
  guarded.add(group);
  if (guardian === undefined) guardian = startGuardian();
  else tell(guardian, `+ ${group}`);
}

/** The group is gone; the last one takes the guardian with it. */
export function unguard(group: number): void {
  if (!guarded.delete(group)) return;
  if (guardian === undefined) return;
  tell(guardian, `- ${group}`);
  if (guarded.size > 0) return;
  guardian.stdin?.end();
  guardian = undefined;
}

function startGuardian(): ChildProcess {
  // The program is fixed and hears only numbers. A session of its own, so that a signal to the gateway's is not for it.
  const started = spawn('/bin/sh', ['-c', PROGRAM], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: {},
    detached: true,
  });
  started.unref();
  // A cast: the pipe to a child is a socket, and must not keep a gateway running that has nothing else to do.
  (started.stdin as Socket | null)?.unref();
  started.stdin?.on('error', () => {});
  const forget = () => {
    if (guardian === started) guardian = undefined;
  };
  started.once('error', forget);
  started.once('exit', forget);
  for (const group of guarded) tell(started, `+ ${group}`);
  return started;
}

function tell({ stdin }: ChildProcess, line: string): void {
  if (stdin?.writable === true) stdin.write(`${line}\n`);
}
