/**
 * Where the directory of a provider says who may join and who has left, by SCIM 2.0: a protocol of its own, with its own token, bodies and errors. It
 * describes itself, and stands beside the API.
 */
export { answerDirectory, DIRECTORY_PATHS } from './answer.ts';
