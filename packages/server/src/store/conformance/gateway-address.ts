import { describe, expect, it } from 'vitest';
import type { Start } from './fixtures.ts';

export function describeGatewayAddress(start: Start): void {
  describe('the address of the gateway', () => {
    it('is that of the last start, also for who opens the store later', async () => {
      const { reopen, store } = await start();
      expect(await store.gatewayAddress.last()).toBeUndefined();
      await store.gatewayAddress.started('http://127.0.0.1:8080');
      expect(await store.gatewayAddress.last()).toBe('http://127.0.0.1:8080');
      await store.gatewayAddress.started('https://gateway.example.com/agents');
      const later = await reopen();
      expect(await later.gatewayAddress.last()).toBe('https://gateway.example.com/agents');
    });
  });
}
