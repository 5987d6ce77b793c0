/** What a build needs of the machine, and whether it is there. */
import { existsSync, statfsSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { buildMemoryBytes, machineMemoryBytes } from "#lib/build/machine-memory.js";
import { findLfadsfile } from "#lib/config/find-lfadsfile.js";
import { loadProject } from "#lib/config/load-project.js";
import type { Project } from "#lib/config/project.js";
import { formatBytes } from "#lib/format-bytes.js";
import { leastNodeVersion } from "#lib/package-facts.js";
import { checkFileSystem } from "./check-file-system.js";
import { checkFolder } from "./check-folder.js";
import { checkStore, existing } from "./check-store.js";
import { checkTools } from "./check-tools.js";
import type { MachineCheck } from "./machine-check.js";

const LITTLE_DISK_BYTES = 2e9;
const LITTLE_MEMORY_BYTES = 1e9;

/** `dir`: the folder that the command works in; `file`: the lfadsfile, where it was named. */
export async function checkMachine(dir: string, file: string | undefined): Promise<MachineCheck[]> {
  const lfadsfile = file ?? findLfadsfile(dir);
  const home = lfadsfile === undefined ? dir : dirname(lfadsfile);
  const own = join(home, ".lfads");
  const folder = existsSync(own) ? own : home;
  const project = lfadsfile === undefined ? undefined : await loadProject(lfadsfile);
  return [
    checkNode(process.versions.node),
    ...(project ? [checkLfadsfile(lfadsfile!, project.ok)] : []),
    checkFolder(folder),
    checkDisk(folder),
    ...checkFileSystem(folder),
    ...(project?.ok ? storeAndRoot(project.value, own) : [checkStore({ ...ownStore, folder: own }, home)]),
    checkThreads(),
    checkMemory(),
    ...checkTools(),
  ];
}

const ownStore = { isNamed: false, hardLinks: false };

function storeAndRoot({ root, store }: Project, own: string): MachineCheck[] {
  const { folder, hardLinks } = store;
  return [checkStore({ folder, isNamed: folder !== own, hardLinks }, root), ...checkRoot(root, folder)];
}

function checkLfadsfile(file: string, loads: boolean): MachineCheck {
  const advice = loads ? null : "lfads status says what is wrong with it.";
  return { name: "lfadsfile", found: loads ? file : `${file} cannot be used`, advice };
}

/** Where results go, when that is on another file system than the store. */
export function checkRoot(root: string, store: string): MachineCheck[] {
  const there = existing(root);
  if (statSync(there).dev === statSync(existing(store)).dev) return [];
  const { found, advice } = checkDisk(there);
  return [{ name: "root", found: `${there}: ${found}`, advice }];
}

export function checkNode(version: string, least = leastNodeVersion()): MachineCheck {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  const old = major < leastMajor || (major === leastMajor && minor < leastMinor);
  return { name: "Node", found: version, advice: old ? `Install Node ${least} or later.` : null };
}

function checkDisk(folder: string): MachineCheck {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const advice = free < LITTLE_DISK_BYTES ? "Free some: lfads gc removes what nothing needs." : null;
  return { name: "disk", found: `${formatBytes(free)} free`, advice };
}

function checkThreads(): MachineCheck {
  const count = availableParallelism();
  const advice = count < 2 ? "Trainings share one processor: expect them to be slow." : null;
  return { name: "threads", found: String(count), advice };
}

function checkMemory(): MachineCheck {
  const forBuilds = buildMemoryBytes();
  const found = `${formatBytes(machineMemoryBytes())}, of which builds use ${formatBytes(forBuilds)}`;
  const advice =
    forBuilds < LITTLE_MEMORY_BYTES ? "Keep batches and recordings small; lfads show <run>:train tells a need." : null;
  return { name: "memory", found, advice };
}
