/** Where results are kept: below a folder's own `.lfads`, or below one that several projects share. */
import { join } from "node:path";

export interface StoreHome {
  readonly folder: string;
  /** The content of outputs. */
  readonly contents: string;
  /** A record for each action key. */
  readonly actions: string;
  /** One builder for each action key. */
  readonly locks: string;
  /** Which results each of several projects needs. */
  readonly projects: string;
}

/** `folder` is absolute. */
export function storeHome(folder: string): StoreHome {
  return {
    folder,
    contents: join(folder, "store"),
    actions: join(folder, "actions"),
    locks: join(folder, "locks"),
    projects: join(folder, "projects"),
  };
}
