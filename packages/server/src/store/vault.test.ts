import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EnvelopeVault, type KeyRing } from './vault.ts';

const KEYS = new Map([1, 2].map((version) => [version, randomBytes(32)]));
const ring = (current: number, keys = KEYS): KeyRing => ({ current, key: (version) => keys.get(version) });
const PLACE = { organization: 'acme', record: 'server 1', purpose: 'credentials' };

describe('EnvelopeVault', () => {
  it.each(['', 'swordfish', 'ß'.repeat(100_000)])('opens what it sealed (%#)', (text) => {
    const vault = new EnvelopeVault(ring(1));
    const sealed = vault.seal(PLACE, text);
    expect(vault.open(PLACE, sealed)).toBe(text);
    if (text.length > 1) expect(Buffer.from(sealed).includes(text.slice(0, 9))).toBe(false);
  });

  it('never seals alike', () => {
    const vault = new EnvelopeVault(ring(1));
    expect(vault.seal(PLACE, 'x')).not.toEqual(vault.seal(PLACE, 'x'));
  });

  it.each([{ organization: 'other' }, { record: 'server 2' }, { purpose: 'token' }])(
    'does not open for another place: %o',
    (other) => {
      const vault = new EnvelopeVault(ring(1));
      expect(() => vault.open({ ...PLACE, ...other }, vault.seal(PLACE, 'x'))).toThrow(/cannot be opened/);
    },
  );

  it('does not open when any byte was changed, or some are missing', () => {
    const vault = new EnvelopeVault(ring(1));
    const sealed = vault.seal(PLACE, 'x');
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte));
      expect(() => vault.open(PLACE, changed), `byte ${at}`).toThrow(/cannot be opened/);
      expect(() => vault.open(PLACE, sealed.subarray(0, at)), `${at} bytes`).toThrow(/cannot be opened/);
    }
  });

  it('opens what an earlier key sealed as long as that key is there', () => {
    const sealed = new EnvelopeVault(ring(1)).seal(PLACE, 'x');
    expect(new EnvelopeVault(ring(2)).open(PLACE, sealed)).toBe('x');
    const onlyNew = new Map([...KEYS].filter(([version]) => version === 2));
    expect(() => new EnvelopeVault(ring(2, onlyNew)).open(PLACE, sealed)).toThrow(/version 1 is not there/);
  });
});
