/** Held by the replica that writes a group, to the end of its transaction. Always after that of who writes nouns, who may take long. */
export const JOURNAL_LOCK = 0x62_6d_67_6a; // "bmgj"
