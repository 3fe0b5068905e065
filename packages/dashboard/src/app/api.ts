import {
  type Answered,
  createClient,
  type InputFault,
  type ProblemCode,
  type ProblemDocument,
} from '@boomgate/contract';
import { setClockBy } from '../ui/index.ts';
import { noteEnded } from './ended.ts';

/** Of the session, as it was last told. */
let csrf: string | undefined;

export function rememberCsrf(token: string | undefined): void {
  csrf = token;
}

/** The admin API. The page's own origin, so the session's cookie comes along. */
export const api = createClient({
  baseUrl: '',
  fetch: async (url, init) => {
    const askedMs = Date.now();
    const response = await fetch(url, { ...init, credentials: 'same-origin', redirect: 'error' });
    setClockBy(response, askedMs);
    return response;
  },
  csrf: () => csrf,
});

/** What the API says to scripts, in words for who looks at a page. */
const PAGE_WORDS: Partial<Record<ProblemCode, string>> = {
  // Where a dialog is open, what stands above the page cannot be reached.
  unauthenticated: 'your session has ended: sign in again in another tab, then try again here',
  forbidden: 'your role does not allow this: an admin can, or can give you another one',
  csrf: 'the session in this browser has changed: try again',
  second_factor_required: 'the organisation requires a second factor: enrol one in your settings',
  not_found: 'not found: it may have been removed, or belong to another organisation',
};

let lookAgain: () => void = () => undefined;

/** Calls `act` whenever the gateway refuses what the role of who is signed in does not allow: it may be another one by now. */
export function whenForbidden(act: () => void): void {
  lookAgain = act;
}

/** Each fault with the part of the input that it is about. */
export function sayFaults(faults: readonly InputFault[]): string {
  return faults.map(({ message, pointer }) => `${pointer.slice(1)}: ${message}`).join('; ');
}

/** What the gateway answered instead of what was asked for. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly problem: ProblemDocument;
  /** What is not there will not be there when it is asked for again. */
  readonly isLasting: boolean;

  constructor(problem: ProblemDocument) {
    const { errors = [] } = problem;
    const said = problem.detail ?? PAGE_WORDS[problem.code] ?? problem.title;
    super(errors.length === 0 ? said : `${said}: ${sayFaults(errors)}`);
    this.problem = problem;
    this.isLasting = problem.code === 'not_found';
  }
}

/** The body of an answer; throws `ApiProblem` for a problem. */
export async function bodyOf<Body>(answer: Promise<Answered<Body>>): Promise<Body> {
  return (await opened(answer)).body;
}

/** The body with the ETag that changes of it are made by. */
export async function taggedOf<Body>(
  answer: Promise<Answered<Body>>,
): Promise<{ readonly body: Body; readonly etag: string }> {
  const { body, etag = '' } = await opened(answer);
  return { body, etag };
}

async function opened<Body>(
  answer: Promise<Answered<Body>>,
): Promise<Answered<Body> & { readonly ok: true }> {
  const answered = await answer;
  if (answered.ok) return answered;
  if (answered.problem.code === 'unauthenticated') noteEnded(true);
  if (answered.problem.code === 'forbidden') lookAgain();
  throw new ApiProblem(answered.problem);
}
