import ts from 'typescript';
import type { Source } from './sources.ts';

/**
 * Expressions whose work may grow with the square of a text, each with what bounds it: none of them ever sees a long text that an agent,
 * a server or somebody who is not signed in chose (case N-10).
 */
export const SQUARE: Readonly<Record<string, string>> = {
  '/([A-Z]+)([A-Z][a-z])/g': 'names of tools, of which 256 characters are looked at',
  '/%.*$/': 'addresses on one line',
  '/^[-._]+|[-._]+$/g': 'names, cut before',
  '/(?=[\\w-]*\\d)(?=[\\w-]*[A-Za-z])[\\w-]{20,}/': 'words of a command line',
  '/\\s-|\\s.*=/': 'commands of clients on one’s own machine',
  '/\\{(env|file):([^}]*)\\}/g': 'configuration of clients on one’s own machine',
  '/\\$\\{(file:(?!-)[^}]+|(?:env:)?[A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\\}/g':
    'entries of a configuration, by whoever may change it',
  "/cast\\((\\(json_of\\([^)]*\\) #>> '[^']*'\\)) as integer\\)/g":
    'our own SQL, in which values are parameters',
  '/\\/+$/': 'an address on one’s own command line',
  '/\\d+$/': 'addresses that a policy compares',
  '/(\\d+)([hms])/g': 'durations that are known to have their form',
  '/^\\{(\\d+)(,?)(\\d*)\\}/': '24 characters of an expression',
  '/(?<=.)@[^/]*$/': 'a package in a line that somebody types',
  '/^https?:\\/\\/(\\[[\\da-f:.]+:[\\da-f:.]*\\]|[\\w.-]+)(?::(\\d{0,5}))?([/?#].*)?$/is':
    'the specification of the engine, which only tests run',
};

/**
 * Most of the work of the whole check goes into these: each was found to be what it is, here and by a check of all. Each run looks at one
 * of them again, drawn by the seed that it prints, and at every expression that is not among them. `BOOMGATE_RUNS=10` looks at all.
 */
export const LONG: readonly string[] = [
  '/(.{1,66})(?: |$)/g',
  '/(?:^|,)\\s*bearer(?=\\s|,|$)/i',
  '/(?:^|\\n|\\s)(?:args|arguments|parameters|params|returns?|examples?|usage|inputs?|outputs?)\\s*:/i',
  '/(?:amqps?|mariadb|mongodb(?:\\+srv)?|mssql|mysql|postgres(?:ql)?|rediss?|smtps?):\\/\\/[^\\s:/@]{0,128}:(?![$<{*])[^\\s:/@]{1,256}@/',
  '/(?<=.)@[^/]*$/',
  '/(?=[\\p{L}\\p{N}\\p{M}])[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}]|(?:(?![\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}])[\\p{L}\\p{N}\\p{M}])+/gu',
  '/<\\/?(?:important|system|secret|instructions?|hidden|critical|admin|assistant)\\b[^>\\n]{0,40}>/i',
  '/A(?:KIA|SIA)[A-Z2-7]{16}(?![A-Za-z0-9])/',
  '/AIza[\\w-]{35}(?![\\w-])/',
  '/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i',
  '/[^\\s-]{40}/',
  '/\\b(?:actions?|operations?|commands?|methods?|modes?)\\s*(?:\\([^)\\n]{0,40}\\)\\s*)?[:=]\\s*([^.\\n]{1,300})/i',
  '/\\b(?:before|after|instead of) (?:using|calling|running|invoking) (?:any|all|every|this|the|other)(?: \\w+){0,2} tools?\\b/i',
  "/\\b(?:do not|don['’]?t|never|without) (?:\\w+ ){0,2}(?:tell|telling|mention|mentioning|inform|informing|reveal|notify|notifying|show|alert|asking|ask)(?:ing)? (?:\\w+ ){0,4}(?:the )?(?:user|human|person|operator)/i",
  '/\\b(?:ignore|disregard|forget|override) (?:\\w+ ){0,3}(?:previous|prior|above|earlier|other|all|system|your) (?:\\w+ ){0,2}(?:instructions?|prompts?|rules|messages?|guidelines)/i',
  '/\\b(?:new|updated|additional) instructions?\\s*:/i',
  '/\\b(?:you|assistant|the model|the agent|llm|ai) (?:must|shall|need to|have to|are required to) (?:\\w+ ){0,3}(?:call|use|read|send|pass|include|run|execute|invoke|forward|copy|provide|first)\\b/i',
  '/\\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?|PAT)\\b/',
  '/\\balways (?:\\w+ ){0,2}(?:call|use|run|invoke) this (?:tool|function)/i',
  '/^(?:host|connection|keep-alive|upgrade|te|trailer|expect|transfer-encoding|content-length|content-type|accept|accept-encoding|mcp-.*)$/i',
  '/^(?:npm_config_\\w+|https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_(?:file|dir))$/i',
  '/^(?:sk|pk|rk|ghp|gho|ghs|glpat|github_pat|xox[abp]|npm|hf|AKIA|eyJ)[-_]?\\w{8,}/',
  "/^(too many arguments(?: for '[\\w-]+')?)\\. Expected (\\d+) arguments? but got (\\d+)/",
  '/^[A-Za-z0-9_-]{40,4096}$/',
  '/^[\\p{L}\\p{N}@][\\p{L}\\p{N}@._~/-]{0,199}$/u',
  '/^[\\x20-\\x7e]{1,512}$/',
  '/^[\\x21-\\x7e]{1,4096}$/',
  '/^[\\x21-\\x7e]{32,256}$/',
  '/^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,256}$/',
  '/^[^/.]+\\.(modelcontextprotocol|mcp)(\\.[^/]*)?\\//',
  '/^\\/(?![/\\\\])[\\x21-\\x5b\\x5d-\\x7e]{0,500}$/',
  '/^bearer ([\\x21-\\x7e]{1,512})$/i',
  "/cast\\((\\(json_of\\([^)]*\\) #>> '[^']*'\\)) as integer\\)/g",
  '/sk-(?:(?:admin|proj|svcacct)-[\\w-]{20,512}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}(?![A-Za-z0-9]))/',
];

/** The regular expressions of a file, as they are written. */
export function literalsOf({ tree }: Source): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}
