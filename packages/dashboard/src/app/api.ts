import { type Answered, createClient, type ProblemDocument } from '@boomgate/contract';

/** Of the session, as it was last told. */
let csrf: string | undefined;

export function rememberCsrf(token: string | undefined): void {
  csrf = token;
}

/** The admin API. The page's own origin, so the session's cookie comes along. */
export const api = createClient({
  baseUrl: '',
  fetch: (url, init) => fetch(url, { ...init, credentials: 'same-origin', redirect: 'error' }),
  csrf: () => csrf,
});

/** What the gateway answered instead of what was asked for. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly problem: ProblemDocument;

  constructor(problem: ProblemDocument) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}

/** The body of an answer; throws `ApiProblem` for a problem. */
export async function bodyOf<Body>(answer: Promise<Answered<Body>>): Promise<Body> {
  const answered = await answer;
  if (!answered.ok) throw new ApiProblem(answered.problem);
  return answered.body;
}

/** The body with the ETag that changes of it are made by. */
export async function taggedOf<Body>(
  answer: Promise<Answered<Body>>,
): Promise<{ readonly body: Body; readonly etag: string }> {
  const answered = await answer;
  if (!answered.ok) throw new ApiProblem(answered.problem);
  return { body: answered.body, etag: answered.etag ?? '' };
}
