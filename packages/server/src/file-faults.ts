const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied for this user',
  EPERM: 'permission denied for this user',
  EISDIR: 'it is a folder; name the file in it',
  ENOTDIR: 'a part of its path is not a folder',
  ELOOP: 'its links lead in a circle',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'expected UTF-8 text, found other bytes; save the file as UTF-8',
  EEXIST: 'it already exists; choose another name',
};

/** Why a file cannot be read as text, or written, in words for a person. */
export function fileFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}
