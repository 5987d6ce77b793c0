/** Executor `lfads:build`: `lfads build` in a project's folder, for targets that are written by hand. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** As schemas/nx/build.json has them. */
interface BuildExecutorOptions {
  readonly labels?: readonly string[];
  readonly lfadsfile?: string;
  readonly jobs?: number;
  readonly memory?: string;
  readonly keepGoing?: boolean;
  readonly explain?: boolean;
}

interface ExecutorContext {
  readonly root: string;
  readonly projectName?: string;
  readonly projectsConfigurations?: { readonly projects: Readonly<Record<string, { readonly root: string }>> };
}

export default async function build(
  options: BuildExecutorOptions,
  { root, projectName, projectsConfigurations }: ExecutorContext,
): Promise<{ success: boolean }> {
  const project = projectName === undefined ? undefined : projectsConfigurations?.projects[projectName];
  const main = fileURLToPath(new URL("../cli/main.js", import.meta.url));
  const child = spawn(process.execPath, [main, ...buildArgs(options)], {
    cwd: join(root, project?.root ?? "."),
    stdio: "inherit",
  });
  const stop = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    const code = await new Promise<number | null>((resolve, reject) =>
      child.on("error", reject).on("exit", (code) => resolve(code)),
    );
    return { success: code === 0 };
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

export function buildArgs({
  labels = [],
  lfadsfile,
  jobs,
  memory,
  keepGoing = false,
  explain = false,
}: BuildExecutorOptions): string[] {
  return [
    ...(lfadsfile === undefined ? [] : ["--file", lfadsfile]),
    "build",
    "--records",
    ...(jobs === undefined ? [] : ["--jobs", String(jobs)]),
    ...(memory === undefined ? [] : ["--memory", memory]),
    ...(keepGoing ? ["--keep-going"] : []),
    ...(explain ? ["--explain"] : []),
    "--",
    ...labels,
  ];
}
