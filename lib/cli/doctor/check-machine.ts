/** What a build needs of the machine, and whether it is there. */
import { existsSync, mkdtempSync, rmdirSync, statfsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { buildMemoryBytes, machineMemoryBytes } from "#lib/build/machine-memory.js";
import { findLfadsfile } from "#lib/config/find-lfadsfile.js";
import { formatBytes } from "#lib/format-bytes.js";
import { leastNodeVersion } from "../package-facts.js";

export interface MachineCheck {
  readonly name: string;
  readonly found: string;
  /** Null when all is well. */
  readonly advice: string | null;
}

const LITTLE_DISK_BYTES = 2e9;
const LITTLE_MEMORY_BYTES = 1e9;

/** `dir`: the folder that the command works in; `file`: the lfadsfile, where it was named. */
export function checkMachine(dir: string, file: string | undefined): MachineCheck[] {
  const lfadsfile = file ?? findLfadsfile(dir);
  const home = lfadsfile === undefined ? dir : dirname(lfadsfile);
  return [checkNode(process.versions.node), checkFolder(home), checkDisk(home), checkThreads(), checkMemory()];
}

export function checkNode(version: string, least = leastNodeVersion()): MachineCheck {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  const old = major < leastMajor || (major === leastMajor && minor < leastMinor);
  return { name: "Node", found: version, advice: old ? `Install Node ${least} or later.` : null };
}

/** Whether the store and the results can be written. */
export function checkFolder(home: string): MachineCheck {
  const store = join(home, ".lfads");
  const folder = existsSync(store) ? store : home;
  try {
    rmdirSync(mkdtempSync(join(folder, ".doctor-")));
    return { name: "folder", found: `${folder} can be written`, advice: null };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const advice = "Give yourself the right to write there, or work in another folder (-C).";
    return { name: "folder", found: `${folder} cannot be written (${code})`, advice };
  }
}

function checkDisk(home: string): MachineCheck {
  const { bavail, bsize } = statfsSync(home);
  const free = bavail * bsize;
  const advice = free < LITTLE_DISK_BYTES ? "Free some: lfads clean --cache forgets what the store has." : null;
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
