/**
 * A disk that fails. Patches what Node has for writing, for the whole process, from the import of this file on; until
 * `breakDisk` is called all goes through.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** Thrown by every write after a crash: nothing of the process reaches the disk any more. */
export class Crash extends Error {}

export type Fault =
  /** As if the process had been killed within the write. */
  | { readonly kind: "crash" }
  /** This one write fails, later ones do not. What only removes does not fail so. */
  | { readonly kind: "error"; readonly code: "ENOSPC" | "EIO" };

interface Plan {
  readonly dir: string;
  readonly fault: Fault;
  /** Writes left until the one that fails. */
  left: number;
  happened: boolean;
}

let plan: Plan | undefined;
const descriptors = new Set<number>();

/**
 * Makes the write number `at` below `dir` fail.
 * @returns Ends that, and tells whether it has come so far.
 */
export function breakDisk(dir: string, at: number, fault: Fault): () => boolean {
  const mine: Plan = { dir, fault, left: at, happened: false };
  plan = mine;
  return () => {
    plan = undefined;
    descriptors.clear();
    return mine.happened;
  };
}

/** Throws what the disk says of this write; a crash in it leaves the half of the data that `half` writes. */
function write(path: string, syscall: string, half: () => void): void {
  if (!plan?.dir || plan.left-- > 0) return;
  const { fault } = plan;
  if (fault.kind === "crash") {
    if (!plan.happened) half();
    plan.happened = true;
    throw new Crash(`crash in ${syscall} of ${path}`);
  }
  if (plan.happened || REMOVALS.has(syscall)) return;
  plan.happened = true;
  throw Object.assign(new Error(`${fault.code}: ${syscall} '${path}'`), { code: fault.code, syscall, path });
}

const REMOVALS = new Set(["rm", "rmdir", "unlink"]);

const isBelow = (path: unknown): path is string => typeof path === "string" && !!plan && path.startsWith(plan.dir);
const halfOf = (data: unknown) => {
  const bytes = typeof data === "string" ? Buffer.from(data) : (data as Uint8Array);
  return bytes.subarray(0, bytes.length >> 1);
};

type Call = (...args: unknown[]) => unknown;

function patch(api: object, name: string, isAsync: boolean, before: (args: unknown[]) => void): void {
  const functions = api as Record<string, Call>;
  const call = functions[name]!;
  functions[name] = (...args) => {
    if (!isAsync) {
      before(args);
      return call(...args);
    }
    return Promise.resolve().then(() => {
      before(args);
      return call(...args);
    });
  };
}

/** The path that a call names last is the one that it writes. */
const twoPaths = new Set(["rename", "link", "symlink", "copyFile"]);
for (const name of ["rename", "link", "symlink", "copyFile", "mkdir", "rm", "rmdir", "unlink", "chmod", "truncate"]) {
  const before = (args: unknown[]) => {
    const path = args[twoPaths.has(name) ? 1 : 0];
    if (isBelow(path)) write(path, name, () => {});
  };
  patch(fs, `${name}Sync`, false, before);
  patch(fs.promises, name, true, before);
}

const writeHalf = fs.writeFileSync;
const beforeWriteFile = ([path, data]: unknown[]) => {
  if (isBelow(path)) write(path, "write", () => writeHalf(path, halfOf(data)));
};
patch(fs, "writeFileSync", false, beforeWriteFile);
patch(fs.promises, "writeFile", true, beforeWriteFile);

const open = fs.openSync;
fs.openSync = (...args) => {
  const [path, flags = "r"] = args;
  const writes = flags !== "r" && isBelow(path);
  if (writes) write(path as string, "open", () => {});
  const descriptor = open(...args);
  if (writes) descriptors.add(descriptor);
  return descriptor;
};

const writeDescriptor = fs.writeSync as unknown as Call;
fs.writeSync = ((descriptor: number, data: unknown, ...more: unknown[]) => {
  if (descriptors.has(descriptor)) {
    write(`descriptor ${descriptor}`, "write", () => writeDescriptor(descriptor, halfOf(data)));
  }
  return writeDescriptor(descriptor, data, ...more);
}) as typeof fs.writeSync;

syncBuiltinESMExports();
