/** Something that a translation could not carry over exactly, and the places that it concerns (JSON Pointers into the source). */
export type Note = { readonly message: string; readonly pointers: readonly string[] };

/** Collects notes; the same message at several places is one note. */
export type Notes = {
  readonly add: (message: string, pointer: string) => void;
  readonly all: () => readonly Note[];
};

export function collectNotes(): Notes {
  const byMessage = new Map<string, string[]>();
  return {
    add: (message, pointer) => {
      const pointers = byMessage.get(message);
      if (pointers === undefined) byMessage.set(message, [pointer]);
      else if (!pointers.includes(pointer)) pointers.push(pointer);
    },
    all: () => [...byMessage].map(([message, pointers]) => ({ message, pointers })),
  };
}
