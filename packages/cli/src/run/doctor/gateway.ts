import type { DoctorPlan } from '../../plan/index.ts';
import type { Checked } from '../../report/index.ts';
import type { Addressed } from '../addressed.ts';

/** Milliseconds that a gateway may take to say how it is. */
const ANSWER_MS = 5_000;
/** Milliseconds by which its clock may differ from ours; the header has whole seconds. */
const SKEW_MS = 30_000;

const CHECK = 'gateway';

/** Whether a gateway answers where agents look for it, and is ready; nothing there is no fault, something else is. */
export async function checkGateway({ url }: Addressed<DoctorPlan>): Promise<readonly Checked[]> {
  const health = await ask(`${url}/healthz`);
  if ('code' in health) return [absent(url, health.code)];
  if (health.status !== 200 || health.text !== 'ok\n') {
    const mend = 'stop it, or start the gateway elsewhere with --port and name that here with --url';
    return [{ check: CHECK, state: 'wrong', found: `something else answers at ${url}`, mend }];
  }
  const ready = await ask(`${url}/readyz`);
  const isReady = 'status' in ready && ready.status === 200;
  const readiness: Checked = isReady
    ? { check: CHECK, state: 'ok', found: `answers at ${url} and is ready` }
    : {
        check: CHECK,
        state: 'wrong',
        found: `answers at ${url}, but is not ready: ${reasonOf(ready)}`,
        mend: 'see its log',
      };
  return [readiness, ...skewOf(health.date)];
}

type Answer =
  | { readonly status: number; readonly text: string; readonly date: string | null }
  | { readonly code: string };

async function ask(url: string): Promise<Answer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'manual' });
    return { status: response.status, text: await response.text(), date: response.headers.get('date') };
  } catch (error) {
    // `fetch` wraps what the system said.
    const { cause, name } = error as Error & { readonly cause?: { readonly code?: string } };
    return { code: cause?.code ?? name };
  }
}

function absent(url: string, code: string): Checked {
  if (code === 'ECONNREFUSED')
    return {
      check: CHECK,
      state: 'note',
      found: `none runs at ${url}; the port is free`,
      mend: 'start it with boomgate up',
    };
  return {
    check: CHECK,
    state: 'wrong',
    found: `${url} does not answer (${code})`,
    mend: 'name where it listens with --url',
  };
}

function reasonOf(ready: Answer): string {
  if ('code' in ready) return ready.code;
  try {
    // What the gateway itself answers.
    const { checks } = JSON.parse(ready.text) as { checks?: Readonly<Record<string, string>> };
    return Object.values(checks ?? {})
      .filter((one) => one !== 'ok')
      .join('; ');
  } catch {
    return `HTTP ${ready.status}`;
  }
}

function skewOf(date: string | null): readonly Checked[] {
  const skewMs = date === null ? Number.NaN : Date.now() - Date.parse(date);
  if (!(Math.abs(skewMs) > SKEW_MS)) return [];
  const found = `the clock of the gateway differs from ours by ${Math.round(Math.abs(skewMs) / 1_000)} s`;
  return [{ check: 'clock', state: 'wrong', found, mend: 'synchronise both with a time server' }];
}
