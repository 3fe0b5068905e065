import { type Client, clients } from '@boomgate/catalogue/clients';
import { maskedText } from '@boomgate/server';
import { DEFAULT_URL } from '../endpoint.ts';
import type { Facts } from '../facts.ts';
import { type Difference, homely, printDifference } from '../report/index.ts';
import { shellWord, visible } from '../terminal/index.ts';
import type { World } from '../world.ts';
import { placeFlag } from './gateway-options.ts';
import type { RouteDraft, RoutedServer } from './stack-draft.ts';
import { openTextsOf, textsIn } from './stack-shown.ts';
import type { Left } from './stack-wishes.ts';

/** All differences that a routing makes, without anything secret. With `--json` they are notes. */
export function showDifferences(differences: readonly Difference[], { output, show }: World): void {
  for (const difference of differences) {
    const text = printDifference(difference, show.json ? output.paintNote : output.paint);
    if (show.json) output.note(text);
    else output.data(text);
  }
}

export function differencesOf(draft: RouteDraft, { facts }: World): readonly Difference[] {
  const { config, configText, edits, policies, servers } = draft;
  const added = new Set(servers.flatMap(({ wish }) => textsIn(wish.entry)));
  for (const { path } of policies) added.add(`./${path.split(/[\\/]/).at(-1) ?? ''}`);
  const name = (path: string): string => homely(path, facts.home);
  return [
    ...policies.map(({ path, text }) => ({ path: name(path), after: text })),
    ...(configText === config.document.text
      ? []
      : [
          {
            path: name(config.path),
            ...(config.file === undefined ? {} : { before: maskedText(config.document, added) }),
            after: maskedText({ format: 'json', text: configText }, added),
          },
        ]),
    ...edits.map(({ file, reroutings, text }) => {
      const open = file.servers.flatMap(openTextsOf);
      const shown = new Set([
        ...open,
        ...reroutings.flatMap(({ entry, input }) => textsIn([entry, input ?? null])),
      ]);
      const { format } = file.document;
      return {
        path: name(file.file.path),
        before: maskedText(file.document, shown),
        after: maskedText({ format, text }, shown),
      };
    }),
  ];
}

export function tellLeft(left: readonly Left[], { output }: World): void {
  for (const { reason, server } of left)
    output.note(
      `${output.paintNote.held('left as it is:')} ${visible(server.name)}: ${reason.split('\n').map(visible).join('\n')}`,
    );
}

/** What the person has to do now. */
export function tellRouted(draft: RouteDraft, backups: readonly string[], world: World): void {
  const { facts, output } = world;
  const { client } = draft.plan;
  output.note('');
  for (const { wish } of draft.servers) {
    const more =
      wish.policy.leftOut.length === 0
        ? ''
        : `; refused, because no rule can name them: ${wish.policy.leftOut.map(visible).join(', ')}`;
    output.note(
      `${visible(wish.server.name)} goes through the gateway, decided by ${visible(wish.policy.name)}${more}`,
    );
  }
  for (const path of backups) output.note(`backup, with its secrets: ${visible(homely(path, facts.home))}`);
  for (const line of nextSteps(draft, facts)) output.note(line);
  output.note(`undo it with: boomgate stack --undo ${client}${placeFlag(draft.plan, facts)}`);
}

function nextSteps({ config, plan, servers }: RouteDraft, facts: Facts): readonly string[] {
  const { recipe, title }: Client = clients[plan.client];
  const lines = ['', 'Next:'];
  const variables = [...new Set(servers.flatMap(({ wish }) => wish.variables.map(({ name }) => name)))];
  const where =
    variables.length === 0
      ? ''
      : `, where ${variables.join(', ')} ${variables.length === 1 ? 'is' : 'are'} set`;
  const flags = `--config ${typed(config.path, facts)}${portFlag(plan.url)}${placeFlag(plan, facts)}`;
  lines.push(`  start the gateway${where}:`, `    boomgate up ${flags}`);
  if (recipe?.token === 'environment') {
    lines.push(`  start ${title} where the tokens of its grants are set:`);
    for (const { target } of servers) lines.push(`    ${setting(target, facts)}`);
  } else if (recipe?.token === 'prompt') {
    lines.push(`  ${title} asks for the token of each grant; it stands in`);
    for (const { target } of servers) lines.push(`    ${homely(target.tokenFile, facts.home)}`);
  } else lines.push(`  restart ${title}; it reads the tokens of its grants from files`);
  return lines;
}

/** A path in a command; a shell replaces `~` only where it is bare. */
function typed(path: string, { home }: Facts): string {
  const shown = homely(path, home);
  return shown.startsWith('~/') ? `~/${shellWord(shown.slice(2))}` : shellWord(path);
}

/** Where TLS ends in front of a gateway, its own port is another one. */
function portFlag(url: string): string {
  if (url === DEFAULT_URL || url.startsWith('https:')) return '';
  return ` --port ${new URL(url).port || '80'}`;
}

/** The token goes from its file into the variable without being shown. */
function setting({ tokenFile, variable }: RoutedServer['target'], { platform }: Facts): string {
  return platform === 'win32'
    ? `[Environment]::SetEnvironmentVariable('${variable}', (Get-Content -Raw '${tokenFile.replaceAll("'", "''")}'), 'User')`
    : `export ${variable}="$(cat ${shellWord(tokenFile)})"`;
}

/** What `--json` prints. Tokens are in files only. */
export function toldRoute(draft: RouteDraft, left: readonly Left[], backups: readonly string[]): object {
  return {
    client: draft.plan.client,
    config: draft.config.path,
    policies: draft.policies.map(({ path }) => path),
    routed: draft.servers.map(({ grant, target, wish }) => ({
      name: wish.server.name,
      server: wish.slug,
      policy: wish.policy.name,
      grant,
      url: target.endpoint,
      tokenFile: target.tokenFile,
      tokenVariable: target.variable,
      variables: wish.variables.map(({ name }) => name),
    })),
    left: left.map(({ reason, server }) => ({ name: server.name, reason })),
    files: draft.edits.map(({ file }, index) => ({ path: file.file.path, backup: backups[index] })),
  };
}
