/** Where results are kept, and at which cost they are also where the results go. */
import { constants, copyFileSync, existsSync, linkSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkFolder } from "./check-folder.js";
import type { MachineCheck } from "./machine-check.js";

export interface StorePlace {
  /** Where contents and records are; it need not be there yet. */
  readonly folder: string;
  /** The lfadsfile names it: it may be elsewhere, and other projects'. */
  readonly isNamed: boolean;
  readonly hardLinks: boolean;
}

/** Tried out between the store and the folder of the results, or what of them is there. */
export function checkStore({ folder, isNamed, hardLinks }: StorePlace, root: string): MachineCheck {
  const [store, results] = [existing(folder), existing(root)];
  for (const each of [store, results]) {
    const check = checkFolder(each);
    if (check.advice) return { ...check, name: each === store ? "store" : "root" };
  }
  const how = sharing(store, results, hardLinks);
  if (!isNamed) return { name: "store", found: how, advice: null };
  const place = store === folder ? folder : `${folder}, which the first build makes`;
  return { name: "store", found: `${place}: ${how}`, advice: null };
}

function sharing(store: string, results: string, hardLinks: boolean): string {
  const [from, to] = [store, results].map((folder) => mkdtempSync(join(folder, ".doctor-"))) as [string, string];
  try {
    const file = join(from, "file");
    writeFileSync(file, "lfads");
    const links = works(() => linkSync(file, join(to, "link")));
    if (hardLinks && links) return "by hard link: outputs and the store are the same files";
    if (works(() => copyFileSync(file, join(to, "clone"), constants.COPYFILE_FICLONE_FORCE)))
      return "by reflink: outputs and the store share their space";
    if (links) return "copies; store: { hardLinks: true } in the lfadsfile saves their space";
    const isElsewhere = statSync(store).dev !== statSync(results).dev;
    return isElsewhere
      ? "copies: the results are on another file system"
      : "copies: there are neither reflinks nor hard links";
  } finally {
    for (const folder of [from, to]) rmSync(folder, { recursive: true, force: true });
  }
}

/** The folder, or the nearest above it that is there. */
export function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder));
}

function works(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
