/** Beginnings that issuers of tokens use. */
const PREFIXED =
  /^(?:gh[opsur]_|github_pat_|glpat-|sk[-_]|pk_|rk_|xox[a-z]-|AKIA|ASIA|AIza|eyJ|bg_|npm_|pypi-|dop_v1_|hf_|ya29\.)/;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
/** Characters of one word from which letters mixed with digits look drawn by lot. */
const MIXED_LENGTH = 12;
/** Characters of one word from which it is no word. */
const WORD_LENGTH = 32;
const SECRET_NAME =
  /pass|secret|token|api-?_?key|\bkey\b|_key|-key|auth|credential|bearer|cookie|session|private|signature|\bpat\b|\bpin\b|dsn|connection/i;

/** One reference with nothing else of note beside it: `${env:NAME}`, `Bearer ${env:NAME}`. No default, which may be the secret itself. */
const ONLY_REFERENCE = /^(?:(?:Bearer|Basic|Token|token|bearer) )?\$\{env:[A-Za-z_]\w*\}$/;

/** Words that a server's arguments are made of. */
const ARGUMENT_WORDS: ReadonlySet<string> = new Set(
  'mcp serve server start run stdio http sse exec dlx tool x dev create open readonly read-only'.split(' '),
);
const SETTINGS: ReadonlySet<string> = new Set(
  'true false yes no on off production development test staging debug info warn warning error trace silent utf-8 utf8 json text stdio http sse'.split(
    ' ',
  ),
);

/** Whether a word of a path or name looks like a token rather than like a name. A guess that errs towards yes. */
export function looksSecret(text: string): boolean {
  if (PREFIXED.test(text) || UUID.test(text)) return true;
  return text.split(/[^A-Za-z0-9]+/).some((word) => {
    const digits = word.replace(/\D/g, '').length;
    return (
      word.length >= WORD_LENGTH || (word.length >= MIXED_LENGTH && digits >= 2 && digits <= word.length - 2)
    );
  });
}

/** Whether what stands under this name is meant to be secret. */
const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

/** Whether a text holds no secret itself but only says where it is: `${env:NAME}`, perhaps behind the name of a scheme. */
export const isReference = (text: string): boolean => ONLY_REFERENCE.test(text);

/** An http or https address without user name, password, query, fragment, and without a path that looks like a token. */
export function isOpenUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  const isBare = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return isBare && !text.includes('${') && !looksSecret(decoded(url.pathname)) && !looksSecret(url.hostname);
}

/** A path of files; on both kinds of systems. */
export function isOpenPath(text: string): boolean {
  if (!/^(?:~|\.{1,2})?[\\/]|^[A-Za-z]:[\\/]|^\.{1,2}$/.test(text)) return false;
  return /^[\w .\\/:~@+-]*$/.test(text) && !text.split(/[\\/]/).some(looksSecret);
}

/** A name of a package or an image, with its version. */
export function isPackage(text: string): boolean {
  return (
    /^(?:@[a-z0-9._-]+\/)?[a-z0-9][\w./-]*(?:\[[\w,]+\])?(?:(?:@|==|:)[\w.-]+)?$/i.test(text) &&
    !looksSecret(text)
  );
}

/** Whether a variable or header may be copied as it is: a known setting, a number, a path, an address, or nothing but a reference. */
export function isOpenSetting(name: string, value: string): boolean {
  if (value === '' || isReference(value)) return true;
  if (isSecretName(name)) return false;
  return (
    SETTINGS.has(value.toLowerCase()) || /^\d{1,5}$/.test(value) || isOpenPath(value) || isOpenUrl(value)
  );
}

/** Whether an argument may be copied as it is. `before` is the argument before it. */
export function isOpenArgument(text: string, before: string | undefined): boolean {
  if (text === '' || isReference(text)) return true;
  // After one dash a value may follow without a blank, as in `-pSECRET`.
  const flag = /^(-[A-Za-z]{1,2}|--[A-Za-z][\w-]*)(?:=(.*))?$/s.exec(text);
  if (flag?.[1] !== undefined) {
    if (looksSecret(text.slice(0, text.indexOf('=') + 1 || undefined))) return false;
    return flag[2] === undefined || isOpenSetting(flag[1], flag[2]);
  }
  if (before?.startsWith('-') === true && !before.includes('=') && isSecretName(before)) return false;
  return ARGUMENT_WORDS.has(text) || isOpenSetting('', text);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
