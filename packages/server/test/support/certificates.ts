import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Certificate = { readonly key: string; readonly cert: string };

/** A certificate authority that nobody knows, in a folder of its own. */
export type Authority = Disposable & {
  /** PEM. */
  readonly ca: string;
  /** `host` as openssl wants it, such as `IP:127.0.0.1`; with fewer than one day it ran out. */
  readonly issue: (host: string, days?: number) => Certificate;
  readonly selfSigned: (host: string) => Certificate;
};

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];

export function makeAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'boomgate-authority-'));
  const openssl = (...args: readonly string[]): void =>
    void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const made = (): Certificate => ({ key: text('key.pem'), cert: text('cert.pem') });
  const authority = ['-subj', '/CN=authority', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2'];
  openssl('req', '-x509', ...KEY.slice(0, -2), ...authority);
  return {
    ca: text('ca.pem'),
    issue: (host, days = 2) => {
      writeFileSync(join(folder, 'ext'), `subjectAltName=${host}`);
      openssl('req', '-new', ...KEY, '-subj', '/CN=x', '-out', 'request.pem');
      const issuer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-extfile', 'ext'];
      openssl('x509', '-req', '-in', 'request.pem', ...issuer, '-days', `${days}`, '-out', 'cert.pem');
      return made();
    },
    selfSigned: (host) => {
      const name = ['-subj', '/CN=x', '-addext', `subjectAltName=${host}`];
      openssl('req', '-x509', ...KEY, ...name, '-out', 'cert.pem');
      return made();
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
