/** Gives each server slug a UUID that survives restarts; a removed and re-added slug keeps it. */
export interface ServerRegistry {
  idFor(slug: string): Promise<string>;
}
