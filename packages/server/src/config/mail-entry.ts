import { type MailSettings, mailSettings } from '../mail/index.ts';
import type { MailEntry } from './file-schema.ts';
import { type Environment, resolveReferences } from './references.ts';

const VARIABLES = { url: 'BOOMGATE_MAIL_URL', from: 'BOOMGATE_MAIL_FROM' } as const;

/** The mail server; the environment goes before the file. Undefined when there is none, or when it was reported why not. */
export function readMail(
  entry: MailEntry | undefined,
  environment: Environment,
  report: (steps: readonly string[], message: string) => void,
): MailSettings | undefined {
  const read = (key: 'url' | 'from'): string | undefined => {
    const given = environment[VARIABLES[key]];
    if (given !== undefined && given !== '') return given;
    const text = entry?.[key];
    if (text === undefined) return undefined;
    const resolved = resolveReferences(text, environment);
    if ('text' in resolved) return resolved.text;
    report([key], resolved.problem);
    return '';
  };
  const [url, from] = [read('url'), read('from')];
  if (entry === undefined && url === undefined && from === undefined) return undefined;
  if (url === undefined || from === undefined) {
    const missing = url === undefined ? 'url' : 'from';
    report([missing], `expected it here or in ${VARIABLES[missing]}`);
    return undefined;
  }
  if (url === '' || from === '') return undefined;
  const settings = mailSettings(url, from);
  if (!('fault' in settings)) return settings;
  report([settings.at], settings.fault);
  return undefined;
}
