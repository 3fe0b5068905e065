import { readable } from './text.ts';

/** Names that people and policies know; a tool that nearly has one of them may want to be taken for it. */
const WELL_KNOWN =
  `read_file write_file edit_file list_directory search_files move_file create_directory execute_command run_command
  execute_query execute_sql send_email send_message create_issue list_issues get_issue search_code search_repositories
  create_pull_request merge_pull_request get_file_contents create_or_update_file push_files web_search web_fetch fetch_url
  browser_navigate browser_click slack_post_message create_payment create_refund list_customers delete_file read_resource
  list_tables describe_table get_weather`.split(/\s+/);

const skeleton = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/rn/g, 'm')
    .replace(/0/g, 'o')
    .replace(/[1i]/g, 'l')
    .replace(/3/g, 'e')
    .replace(/5/g, 's')
    .replace(/vv/g, 'w');

const names = new Set(WELL_KNOWN);
const bySkeleton = new Map(WELL_KNOWN.map((name) => [skeleton(name), name]));
/** What can look like a letter that it is not. */
const DISGUISED = /[^a-z_]|rn|vv/;
/** By their first two letters, which an imitation keeps. */
const byBeginning = Map.groupBy(WELL_KNOWN, (name) => name.slice(0, 2));

/**
 * The well-known name that a name looks like without being it: look-alike letters and digits, a letter missing,
 * doubled, changed or swapped. Other spellings of the same words (`readFile`, `read-files`) are that name.
 */
export function resembled(name: string): string | undefined {
  const plain = PLAIN.test(name) ? name : plainly(name);
  if (plain.length < 8 || plain.length > 40) return undefined;
  if (names.has(plain)) return isAscii(name) ? undefined : plain;
  const alike = DISGUISED.test(plain) ? bySkeleton.get(skeleton(plain)) : undefined;
  if (alike !== undefined) return alike.replaceAll('_', '') === plain.replaceAll('_', '') ? undefined : alike;
  return byBeginning.get(plain.slice(0, 2))?.find((known) => isNear(known, plain) && !isPlural(known, plain));
}

const PLAIN = /^[a-z_]*$/;
const plainly = (name: string): string =>
  readable(name, 128)
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[-. /]/g, '_');

/** One letter missing, added or changed, or two neighbours swapped. */
function isNear(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const a = one.slice(at);
  const b = other.slice(at);
  const isSwapped = a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
  return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1) || isSwapped;
}

const isPlural = (one: string, other: string): boolean =>
  one.replace(/s(?=_|$)/g, '').replaceAll('_', '') === other.replace(/s(?=_|$)/g, '').replaceAll('_', '');
// biome-ignore lint/suspicious/noControlCharactersInRegex: the bounds of ASCII
const isAscii = (text: string): boolean => /^[\u0000-\u007f]*$/.test(text);
