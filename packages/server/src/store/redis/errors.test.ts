import { describe, expect, it } from 'vitest';
import { StoreError } from '../contract.ts';
import { RedisError, toRedisError } from './errors.ts';

const said = (error: unknown): string => toRedisError(error).message;

describe('what Redis answers', () => {
  it.each([
    [
      'WRONGPASS invalid username-password pair or user is disabled.',
      'refuses the user or the password: correct',
    ],
    ['NOAUTH Authentication required.', 'refuses the user or the password: correct --redis'],
    ['ERR AUTH <password> called without any password configured for the default user.', 'has no password'],
    ["NOPERM User ada has no permissions to run the 'info' command", 'does not let its user do'],
    ["ERR unknown command 'INFO', with args beginning with: 'a-secret'", 'lacks a command'],
    ['LOADING Redis is loading the dataset in memory', 'still reads'],
    ["READONLY You can't write against a read only replica.", 'only follows another one'],
    ['MASTERDOWN Link with MASTER is down', 'only follows another one'],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'is full: raise its maxmemory'],
    ['MISCONF Redis is configured to save RDB snapshots', 'cannot write its file'],
    ['MOVED 866 10.0.0.7:6379', 'is a cluster'],
    ['ERR max number of clients reached', 'raise its maxclients'],
    ['ERR DB index is out of range', 'the number at the end of --redis'],
  ])('%s', (message, meant) => {
    expect(said(new Error(message))).toContain(meant);
    expect(said(new Error(message))).not.toMatch(/ada|a-secret|10\.0/);
  });

  it('is kept with the error, for who sent a script that Redis has forgotten', () => {
    const cause = new Error('NOSCRIPT No matching script.');
    expect(toRedisError(cause)).toMatchObject({ code: 'unavailable', cause });
  });
});

describe('a way to Redis that fails', () => {
  const failed = (code: string) => Object.assign(new Error(`${code} redis.example.com:6379`), { code });

  it.each([
    ['ECONNREFUSED', 'Redis cannot be reached: ECONNREFUSED'],
    ['ENOTFOUND', 'Redis cannot be reached: ENOTFOUND'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'rediss:// needs a port that speaks TLS'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'add it with NODE_EXTRA_CA_CERTS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
    ['CERT_HAS_EXPIRED', 'renew its certificate'],
  ])('by %s is told without the host', (code, meant) => {
    expect(said(failed(code))).toContain(meant);
    expect(said(failed(code))).not.toContain('example');
  });

  it('says what the client says by the class of its errors alone', () => {
    class ConnectionTimeoutError extends Error {}
    class SocketClosedUnexpectedlyError extends Error {}
    expect(said(new ConnectionTimeoutError('Connection timeout'))).toContain('does not answer in time');
    expect(said(new SocketClosedUnexpectedlyError())).toContain('begins with rediss://');
  });
});

describe('an error of Redis', () => {
  it('is one of the store, and stays what it is', () => {
    const error = new RedisError('Redis rests');
    expect(toRedisError(error)).toBe(error);
    expect([error instanceof StoreError, error.name, error.code]).toEqual([
      true,
      'StoreError',
      'unavailable',
    ]);
    expect(said(new Error('something else'))).toBe('Redis cannot be used: something else');
    expect(said('no error')).toBe('Redis cannot be used: no reason was given');
  });
});
