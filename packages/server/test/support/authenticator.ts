import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A device with one passkey (WebAuthn §6), as a program: what it answers is what a browser would give. */
export type Authenticator = {
  readonly create: (options: string, change?: Change) => string;
  readonly get: (options: string, change?: Change) => string;
};

/** What a case has the device, or whoever stands in between, do otherwise. */
export type Change = {
  readonly origin?: string;
  /** Whether the person was asked for a PIN or a finger. */
  readonly isVerified?: boolean;
  readonly challenge?: string;
  /** Signatures that it says it has made. */
  readonly counter?: number;
};

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

export function newAuthenticator(url: string): Authenticator {
  const own = new URL(url);
  own.hostname = 'localhost';
  const id = randomBytes(16);
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let counted = 0;

  function dataOf(change: Change, attested: Buffer = Buffer.alloc(0)): Buffer {
    counted = change.counter ?? counted + 1;
    const isVerified = change.isVerified ?? true;
    const flags =
      USER_PRESENT | (isVerified ? USER_VERIFIED : 0) | (attested.length > 0 ? HAS_CREDENTIAL : 0);
    const head = Buffer.alloc(5);
    head.writeUInt8(flags, 0);
    head.writeUInt32BE(counted, 1);
    return Buffer.concat([sha256('localhost'), head, attested]);
  }

  function clientData(type: string, options: string, change: Change): Buffer {
    const { challenge } = JSON.parse(options) as { readonly challenge: string };
    const said = { type, challenge: change.challenge ?? challenge, origin: change.origin ?? own.origin };
    return Buffer.from(JSON.stringify({ ...said, crossOrigin: false }));
  }

  const credential = (response: object): string =>
    JSON.stringify({
      ...{ id: text(id), rawId: text(id), type: 'public-key', clientExtensionResults: {} },
      response,
    });

  return {
    create(options, change = {}) {
      const length = Buffer.from([0, id.length]);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, coseOf(keys.publicKey)]);
      const attestation = Buffer.concat([
        Buffer.from([0xa3]),
        ...[cborText('fmt'), cborText('none'), cborText('attStmt'), Buffer.from([0xa0])],
        ...[cborText('authData'), cborBytes(dataOf(change, attested))],
      ]);
      const clientDataJSON = text(clientData('webauthn.create', options, change));
      return credential({ clientDataJSON, attestationObject: text(attestation), transports: ['internal'] });
    },
    get(options, change = {}) {
      const said = clientData('webauthn.get', options, change);
      const data = dataOf(change);
      const signature = sign('sha256', Buffer.concat([data, sha256(said)]), keys.privateKey);
      return credential({
        clientDataJSON: text(said),
        authenticatorData: text(data),
        signature: text(signature),
      });
    },
  };
}

const text = (bytes: Buffer): string => bytes.toString('base64url');
const sha256 = (of: Buffer | string): Buffer => createHash('sha256').update(of).digest();
const cborText = (of: string): Buffer => Buffer.concat([Buffer.from([0x60 + of.length]), Buffer.from(of)]);

/** Of 24 to 255 bytes, as short as they are. */
const cborBytes = (of: Buffer): Buffer => Buffer.concat([Buffer.from([0x58, of.length]), of]);

/** ES256 on P-256, as COSE writes it: {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
function coseOf(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const [one, other] = [x, y].map((part) => cborBytes(Buffer.from(part, 'base64url')));
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    one ?? Buffer.alloc(0),
    Buffer.from([0x22]),
    other ?? Buffer.alloc(0),
  ]);
}
