/** What the file system below a folder can do, tried out in a folder of its own. */
import { existsSync, mkdtempSync, rmSync, statfsSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MachineCheck } from "./machine-check.js";

/** By Linux' magic numbers. */
const types: Readonly<Record<number, readonly [name: string, where: "local" | "network"]>> = {
  61267: ["ext4", "local"],
  1481003842: ["XFS", "local"],
  2435016766: ["btrfs", "local"],
  801189825: ["ZFS", "local"],
  16914836: ["tmpfs", "local"],
  2035054128: ["overlay", "local"],
  26985: ["NFS", "network"],
  20859: ["SMB", "network"],
  4283649346: ["CIFS", "network"],
  4266872130: ["SMB", "network"],
  198183888: ["Lustre", "network"],
  1196443219: ["GPFS", "network"],
  428016422: ["BeeGFS", "network"],
  12805120: ["CephFS", "network"],
  1397113167: ["AFS", "network"],
  16914839: ["9p", "network"],
};

/** Nothing where the folder cannot be written: that is told elsewhere. */
export function checkFileSystem(folder: string): MachineCheck[] {
  let own: string;
  try {
    own = mkdtempSync(join(folder, ".doctor-"));
  } catch {
    return [];
  }
  try {
    const file = join(own, "file");
    writeFileSync(file, "lfads");
    return [checkType(folder), checkLinks(own), checkCase(own), checkTimes(file)];
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function checkType(folder: string): MachineCheck {
  const [name, where] = (process.platform === "linux" && types[statfsSync(folder).type]) || [
    "of another kind",
    "local",
  ];
  const advice =
    where === "network"
      ? "Keep the folder on a local disk if you can: every build asks for the times of all files, and lfads watch sees what other machines write after seconds only."
      : null;
  return { name: "files", found: `${name}${where === "network" ? ", over the network" : ""}`, advice };
}

function checkLinks(folder: string): MachineCheck {
  const there = works(() => symlinkSync("file", join(folder, "symlink")));
  return {
    name: "links",
    found: there ? "symbolic links work" : "there are no symbolic links",
    advice: there ? null : "Runs have links to their exports in lfadsInput/: work on a file system that has them.",
  };
}

function checkCase(folder: string): MachineCheck {
  const ignored = existsSync(join(folder, "FILE"));
  return {
    name: "names",
    found: ignored ? "upper and lower case are the same" : "upper and lower case differ",
    advice: ignored ? "Give collections and datasets names that differ in more than case." : null,
  };
}

function checkTimes(file: string): MachineCheck {
  utimesSync(file, 1e9, 1e9 + 0.123456);
  const kept = Math.round((statSync(file).mtimeMs - 1e12) * 1000);
  const coarse = kept === 0;
  return {
    name: "times",
    found: coarse
      ? "of files in whole seconds"
      : kept === 123456
        ? "of files in microseconds or finer"
        : "of files in milliseconds",
    advice: coarse ? "What was written within the last seconds is hashed again by the next build; that is all." : null,
  };
}

function works(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
