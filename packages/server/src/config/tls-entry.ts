import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { TlsSettings } from '../upstreams/index.ts';
import type { ServerEntry } from './file-schema.ts';
import { type Environment, resolveReferences } from './references.ts';

type TlsEntry = NonNullable<ServerEntry['tls']>;
type Part = keyof TlsEntry;

type TlsContext = {
  readonly environment: Environment;
  /** Reads a file that the configuration names. */
  readonly readFile: (path: string) => Promise<{ readonly text: string } | { readonly problem: string }>;
  /** Reports a problem at a key of this entry. */
  readonly report: (key: string, message: string) => void;
};

const CERTIFICATE = 'CERTIFICATE';
/** The names that a private key has in PEM, by its form. */
const PRIVATE_KEYS = ['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'];

/** What an entry says of TLS, with the texts of its files; undefined after its problems were reported. */
export async function readTls(entry: TlsEntry, context: TlsContext): Promise<TlsSettings | undefined> {
  const [ca, cert, key] = [
    await readPart(entry, 'ca', context),
    await readPart(entry, 'cert', context),
    await readPart(entry, 'key', context),
  ];
  if (ca === 'faulty' || cert === 'faulty' || key === 'faulty') return undefined;
  const authority = ca === undefined ? {} : { ca };
  if (cert === undefined && key === undefined) return authority;
  if (cert === undefined || key === undefined) {
    context.report(
      'tls',
      `expected "cert" and "key" together, found "${cert === undefined ? 'key' : 'cert'}" alone`,
    );
    return undefined;
  }
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    context.report(
      'tls/key',
      'expected the private key of the first certificate of "cert", found that of another',
    );
    return undefined;
  }
  return { ...authority, cert, key };
}

/** The PEM blocks of one member. What a variable gave is named as it is written in the file: it may be the key itself. */
async function readPart(
  entry: TlsEntry,
  part: Part,
  { environment, readFile, report }: TlsContext,
): Promise<string | undefined | 'faulty'> {
  const written = entry[part];
  if (written === undefined) return undefined;
  const place = `tls/${part}`;
  const resolved = resolveReferences(written, environment);
  if ('problem' in resolved) {
    report(place, resolved.problem);
    return 'faulty';
  }
  const isText = resolved.text.trimStart().startsWith('-----BEGIN ');
  const source = isText ? resolved : await readFile(resolved.text);
  if ('problem' in source) {
    const found = resolved.text === written ? source.problem : `${written} names none that can be read`;
    report(place, `expected a PEM file: ${found}`);
    return 'faulty';
  }
  const pem = part === 'key' ? privateKeyIn(source.text) : certificatesIn(source.text);
  if ('text' in pem) return pem.text;
  report(place, `${isText ? 'the text' : written}: ${pem.problem}`);
  return 'faulty';
}

type Pem = { readonly text: string } | { readonly problem: string };

function certificatesIn(text: string): Pem {
  const blocks = blocksIn(text, CERTIFICATE);
  if (blocks.length === 0)
    return { problem: 'expected PEM with "-----BEGIN CERTIFICATE-----", found no certificate' };
  const broken = blocks.findIndex((block) => !succeeds(() => new X509Certificate(block)));
  if (broken >= 0)
    return { problem: `expected certificates in PEM; number ${broken + 1} cannot be read as one` };
  return { text: `${blocks.join('\n')}\n` };
}

function privateKeyIn(text: string): Pem {
  const [block] = PRIVATE_KEYS.flatMap((name) => blocksIn(text, name));
  if (block === undefined)
    return { problem: 'expected PEM with "-----BEGIN PRIVATE KEY-----", found no private key' };
  if (/ENCRYPTED/.test(block))
    return { problem: 'expected a private key without a passphrase, found one with it' };
  // What the library says of a broken key is not repeated: it may quote it.
  if (!succeeds(() => createPrivateKey(block)))
    return { problem: 'expected a private key in PEM; what is there cannot be read as one' };
  return { text: `${block}\n` };
}

/** The PEM blocks of a name, with their first and last lines. */
function blocksIn(text: string, name: string): readonly string[] {
  const [first, last] = [`-----BEGIN ${name}-----`, `-----END ${name}-----`];
  const blocks: string[] = [];
  for (let at = 0; ; ) {
    const begin = text.indexOf(first, at);
    const end = begin < 0 ? -1 : text.indexOf(last, begin);
    if (end < 0) return blocks;
    at = end + last.length;
    blocks.push(text.slice(begin, at));
  }
}

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
