/** Bytes of a client's file; more is surely the wrong file. Claude Code keeps its history there, which grows to megabytes. */
export const FILE_BYTES = 16 * 1024 * 1024;
/** Bytes of a TOML file: reading one takes about a second a megabyte, and the largest seen have a few hundred kilobytes. */
export const TOML_BYTES = 2 * 1024 * 1024;
/** Servers of one file; a person has some dozens. */
export const SERVERS_PER_FILE = 1_000;
/** Times that YAML may repeat a part of itself by reference: beyond it a small file is a large tree. */
export const YAML_ALIASES = 100;
