// Packages of Debian and Ubuntu that tests need beside those of npm.
import { spawnSync } from 'node:child_process';

/** Installs a package where that can be done; false where it cannot, or did not work. */
export function aptInstall(name) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  console.error(`Setting up: installing the package ${name} with apt-get …`);
  const apt = (...args) =>
    spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  const install = ['install', '-y', '--no-install-recommends', name];
  return apt(...install) || (apt('update') && apt(...install));
}
