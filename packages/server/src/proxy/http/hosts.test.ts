import { describe, expect, it } from 'vitest';
import { hostRules } from './hosts.ts';

describe('a gateway on loopback', () => {
  const rules = hostRules({ listenHost: '127.0.0.1', publicUrl: undefined });

  it.each(['127.0.0.1:7411', 'localhost', 'LOCALHOST:80', '[::1]:7411'])('answers to the host %s', (host) => {
    expect(rules.allowsHost(host)).toBe(true);
  });

  it.each(['evil.com', 'localhost.evil.com', '127.0.0.1.evil.com', 'localhost:7411:1', '', '[::1]garbage'])(
    'does not answer to %j',
    (host) => {
      expect(rules.allowsHost(host)).toBe(false);
    },
  );

  it.each(['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:8080'])(
    'takes calls of pages from %s',
    (origin) => {
      expect(rules.allowsOrigin(origin)).toBe(true);
    },
  );

  it.each([
    'null',
    'http://evil',
    'http://localhost.evil.com',
    'http://localhost@evil.com',
    'http://[::1]garbage',
    'http://localhost, http://evil',
    'file://',
  ])('takes none from %s', (origin) => {
    expect(rules.allowsOrigin(origin)).toBe(false);
  });
});

describe('a gateway with a public URL', () => {
  const rules = hostRules({ listenHost: '0.0.0.0', publicUrl: 'https://gate.example.com' });

  it('answers to that host and takes calls of that origin only', () => {
    expect(rules.allowsHost('gate.example.com')).toBe(true);
    expect(rules.allowsHost('other.example.com')).toBe(false);
    expect(rules.allowsOrigin('https://gate.example.com')).toBe(true);
    expect(rules.allowsOrigin('http://gate.example.com')).toBe(false);
  });

  it.each(['gate.example.com:443', 'Gate.Example.COM', 'Gate.example.com:443'])(
    'answers to it as proxies write it, %s',
    (host) => {
      expect(rules.allowsHost(host)).toBe(true);
    },
  );

  it.each(['gate.example.com:80', 'gate.example.com:0443', 'gate.example.com:', 'gate.example.com:443:443'])(
    'does not answer to %s',
    (host) => {
      expect(rules.allowsHost(host)).toBe(false);
    },
  );

  it('takes the port that the URL names for no other', () => {
    const other = hostRules({ listenHost: '0.0.0.0', publicUrl: 'https://gate.example.com:8443' });
    expect(other.allowsHost('Gate.example.com:8443')).toBe(true);
    expect(other.allowsHost('gate.example.com')).toBe(false);
    expect(other.allowsHost('gate.example.com:443')).toBe(false);
  });
});
