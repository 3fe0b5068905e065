/**
 * The browser's half of WebAuthn: options of the API in, what the person's device answers out, both as JSON text. Rejects with
 * words for a person when they close the question or have no such device.
 */

/** Whether the browser knows passkeys, and this address can have them: one of digits cannot. */
export function hasPasskeys(): boolean {
  const isName = !/^[\d.]+$/.test(location.hostname) && !location.hostname.startsWith('[');
  return (
    isName && 'PublicKeyCredential' in globalThis && 'parseCreationOptionsFromJSON' in PublicKeyCredential
  );
}

export async function makePasskey(options: string): Promise<string> {
  // A cast: the gateway's library makes them.
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    JSON.parse(options) as PublicKeyCredentialCreationOptionsJSON,
  );
  return answered(() => navigator.credentials.create({ publicKey }));
}

export async function presentPasskey(options: string): Promise<string> {
  // A cast: the gateway's library makes them.
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    JSON.parse(options) as PublicKeyCredentialRequestOptionsJSON,
  );
  return answered(() => navigator.credentials.get({ publicKey }));
}

async function answered(ask: () => Promise<Credential | null>): Promise<string> {
  let credential: Credential | null;
  try {
    credential = await ask();
  } catch (error) {
    const isKnown = error instanceof DOMException && error.name === 'InvalidStateError';
    throw new Error(isKnown ? 'this device already has a passkey of yours' : 'no passkey was used', {
      cause: error,
    });
  }
  if (!(credential instanceof PublicKeyCredential)) throw new Error('no passkey was used');
  return JSON.stringify(credential);
}
