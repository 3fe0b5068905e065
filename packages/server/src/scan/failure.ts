import { basename } from 'node:path';
import type { UpstreamError } from '../upstreams/index.ts';
import { SETTING_ALLOWS } from '../upstreams/index.ts';
import { FACT_CHARACTERS } from './bounds.ts';
import type { Failure, FailureCode } from './contract.ts';
import type { Seen } from './seen.ts';

type Circumstances = {
  readonly seen: Seen;
  readonly kind: 'stdio' | 'http';
  /** What was started; absent for an address. */
  readonly command?: string;
  /** The server had said what it is before it failed. */
  readonly wasDescribed: boolean;
  /** Why it was ended from here, if it was. */
  readonly endedFor?: 'time' | 'cancelled';
  readonly timeoutMs: number;
};

/** Why a server gave no list, as far as it can be told. `error` is absent when it simply never answered. */
export function failureOf(error: UpstreamError | undefined, around: Circumstances): Failure {
  const { seen, timeoutMs, endedFor } = around;
  const detail = (error?.detail ?? '').slice(0, FACT_CHARACTERS);
  if (endedFor === 'cancelled') return { code: 'cancelled', message: 'the scan was ended before its time' };
  if (seen.over === 'memory')
    return { code: 'too_much_memory', message: detail === '' ? 'it used too much memory' : detail };
  if (seen.over === 'output')
    return { code: 'too_much_output', message: detail === '' ? 'it wrote too much' : detail };
  if (endedFor === 'time') return late(around, timeoutMs);
  const code = error === undefined ? 'bad_answer' : codeOf(error, around);
  return { code, message: code === 'needs_credentials' ? needs(detail, around) : mended(code, detail) };
}

/** What a gateway is told by a setting of its server, a scan is told by an option. */
function mended(code: FailureCode, detail: string): string {
  return code === 'address_refused'
    ? detail.replace(SETTING_ALLOWS, '--allow-private lets it be scanned')
    : detail;
}

function late({ command = '', seen, wasDescribed }: Circumstances, timeoutMs: number): Failure {
  const seconds = timeoutMs / 1_000;
  if (!wasDescribed && seen.noise > 0) {
    const message = `in ${seconds} s it wrote ${seen.noise} lines to standard output, none of which was a message of MCP`;
    return { code: 'spoke_no_mcp', message };
  }
  const what = wasDescribed ? 'list its tools' : 'answer';
  const message = `it did not ${what} within ${seconds} s; give it longer with --timeout`;
  const isFetching = !wasDescribed && NPX.test(basename(command));
  return { code: 'timed_out', message: isFetching ? `${message}, ${NPX_HINT}` : message };
}

const NPX = /^npx(?:\.cmd)?$/i;
/** It never asks on a pipe, but tries for minutes, without a word, to reach a registry. */
const NPX_HINT =
  'or scan the package with --npm: npx, started as a command, gets none of your settings that find the registry';

function codeOf(error: UpstreamError, { seen, kind, wasDescribed }: Circumstances): FailureCode {
  switch (error.code) {
    case 'unauthorized':
      return 'needs_credentials';
    case 'address_refused':
      return 'address_refused';
    case 'command_not_found':
      return 'did_not_start';
    case 'unreachable':
      return 'unreachable';
    case 'timed_out':
      return 'timed_out';
    case 'bad_answer':
      return wasDescribed ? 'bad_answer' : 'spoke_no_mcp';
    case 'too_large':
      return 'too_much_output';
    case 'not_started':
    case 'broken':
    case 'stopped':
      if (kind === 'http') return error.code === 'not_started' ? 'did_not_start' : 'unreachable';
      if (seen.ended === undefined || seen.ended.startsWith('could not be started')) return 'did_not_start';
      return asksForCredentials(seen) ? 'needs_credentials' : 'crashed';
    default:
      return 'bad_answer';
  }
}

function needs(detail: string, { kind }: Circumstances): string {
  const why = kind === 'http' ? 'the server refused the request' : 'its last lines mention credentials';
  return detail === '' ? why : `${detail}; ${why}`;
}

/** A variable as credentials are called, or their words beside one that says they are missing. */
const VARIABLE = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?|PAT)\b/;
const CREDENTIAL = /\b(?:api[ _-]?keys?|access[ _-]?tokens?|tokens?|credentials?|secrets?|passwords?)\b/i;
const MISSING =
  /\b(?:required?|requires|missing|must|not (?:set|provided|found|configured|defined)|undefined|provide|invalid|no)\b/i;

/** Only a guess, from what a server wrote before it ended; the lines stand beside it in the report. */
function asksForCredentials({ stderr }: Seen): boolean {
  return stderr.some((line) => VARIABLE.test(line) || (CREDENTIAL.test(line) && MISSING.test(line)));
}
