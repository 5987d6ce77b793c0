/** Programs that are of use where they are; a build needs none of them. */
import { spawnSync } from "node:child_process";
import type { MachineCheck } from "./machine-check.js";

/** Of the first line that a program prints; undefined when it is not there or fails. */
type Ask = (program: string, ...args: readonly string[]) => string | undefined;

export function checkTools(ask: Ask = firstLine): MachineCheck[] {
  const git = ask("git", "--version");
  const gpu = ask("nvidia-smi", "--query-gpu=name", "--format=csv,noheader");
  const slurm = ask("sbatch", "--version");
  return [
    {
      name: "git",
      found: git
        ? `${git.replace(/^git version /, "")}; results record the commit`
        : "not found; results record no commit",
      advice: null,
    },
    {
      name: "GPU",
      found: gpu ? `${gpu}; not used, this version trains on the processor` : "none found; none is needed",
      advice: null,
    },
    {
      name: "Slurm",
      found: slurm
        ? `${slurm.replace(/^slurm-wlm |^slurm /, "")}; start lfads build inside a job`
        : "not found; none is needed",
      advice: null,
    },
  ];
}

function firstLine(program: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", timeout: 5000 });
  return status === 0 ? stdout.split("\n")[0]!.trim() || undefined : undefined;
}
