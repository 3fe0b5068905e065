import { spawn } from 'node:child_process';
import type { Platform } from '../facts.ts';

const OPENERS: Readonly<Record<Platform, readonly [command: string, ...args: string[]]>> = {
  linux: ['xdg-open'],
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Asks the desktop to show an address. The address must hold no secret: arguments of processes can be read by others. */
export function openBrowser(url: string, platform: Platform): void {
  const [command, ...args] = OPENERS[platform];
  const opener = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  // Where there is no such program the address is on the terminal all the same.
  opener.on('error', () => undefined);
  opener.unref();
}
