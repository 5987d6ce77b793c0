/** A copy of fixtures/workspace with the real nx and turbo, which LFADS_TEST_NX has in its node_modules. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lorenz } from "#lib/sources/define-sources.js";
import { writeLorenz } from "#lib/sources/write-lorenz.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));

export interface Ran {
  readonly code: number | null;
  /** Standard output and error. */
  readonly text: string;
  readonly out: string;
}

export class TestWorkspace {
  readonly dir: string;
  readonly #tools: string;
  readonly #caches: string;

  private constructor(dir: string, tools: string, caches: string) {
    this.dir = dir;
    this.#tools = tools;
    this.#caches = caches;
  }

  static async make(tools: string): Promise<TestWorkspace> {
    const top = mkdtempSync(join(tmpdir(), "lfads-workspace-"));
    const workspace = new TestWorkspace(join(top, "here"), tools, join(top, "caches"));
    cpSync(join(repository, "fixtures", "workspace"), workspace.dir, { recursive: true });
    const { count: _, ...source } = lorenz({ conditions: 4, trialsPerCondition: 6, channels: [6, 8], durationMs: 100 });
    mkdirSync(workspace.path("packages/vision/data"));
    await writeLorenz({ ...source, index: 0, seed: 2 }, workspace.path("packages/vision/data/session.h5"));
    await writeLorenz({ ...source, index: 1, seed: 2 }, workspace.path("packages/vision/data/other.private.h5"));
    workspace.#install();
    for (const args of [
      ["init", "-q"],
      ["add", "-A"],
      ["commit", "-qm", "first"],
    ])
      workspace.#git(args);
    return workspace;
  }

  /** The same sources in another folder, without what was built, and with the caches of nx and turbo. */
  elsewhere(): TestWorkspace {
    const other = new TestWorkspace(join(this.dir, "..", "elsewhere"), this.#tools, this.#caches);
    const made = /\/(runs|datasets|\.lfads|\.nx|\.turbo|node_modules)$/;
    cpSync(this.dir, other.dir, { recursive: true, filter: (path) => !made.test(path) });
    other.#install();
    return other;
  }

  remove(): void {
    rmSync(join(this.dir, ".."), { recursive: true, force: true });
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text);
  }

  copy(from: string, to: string): void {
    cpSync(this.path(from), this.path(to), { recursive: true });
  }

  /** Replaces the first place of a text. */
  edit(name: string, from: string, to: string): void {
    const text = this.read(name);
    if (!text.includes(from)) throw new Error(`${name} has no ${from}`);
    this.write(name, text.replace(from, to));
  }

  /** Names of all files below a folder. */
  files(name: string): string[] {
    return readdirSync(this.path(name), { recursive: true, encoding: "utf8" }).sort();
  }

  nx(...args: readonly string[]): Ran {
    return this.#run(".", [join(this.#tools, "node_modules/nx/dist/bin/nx.js"), ...args]);
  }

  turbo(...args: readonly string[]): Ran {
    const cache = `--cache-dir=${join(this.#caches, "turbo")}`;
    return this.#run(".", [join(this.#tools, "node_modules/turbo/bin/turbo"), "run", ...args, cache]);
  }

  /** In the folder of a package. */
  lfads(name: string, ...args: readonly string[]): Ran {
    return this.#run(`packages/${name}`, [join(repository, "dist/lib/cli/main.js"), ...args]);
  }

  #install(): void {
    mkdirSync(this.path("node_modules/.bin"), { recursive: true });
    for (const name of readdirSync(join(this.#tools, "node_modules")).filter((name) => !name.startsWith(".")))
      symlinkSync(join(this.#tools, "node_modules", name), this.path(`node_modules/${name}`));
    symlinkSync(repository, this.path("node_modules/lfads"));
    symlinkSync("../lfads/dist/lib/cli/main.js", this.path("node_modules/.bin/lfads"));
  }

  #git(args: readonly string[]): void {
    const name = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
    spawnSync("git", [...name, ...args], { cwd: this.dir });
  }

  #run(folder: string, args: readonly string[]): Ran {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: this.path(folder),
      encoding: "utf8",
      maxBuffer: 1 << 26,
      env: {
        ...process.env,
        CI: "1",
        NO_COLOR: "1",
        NX_CACHE_DIRECTORY: join(this.#caches, "nx"),
        NX_WORKSPACE_DATA_DIRECTORY: join(this.#caches, "nx-data"),
        NX_DAEMON: "false",
        NX_NO_CLOUD: "true",
        NX_TUI: "false",
        TURBO_TELEMETRY_DISABLED: "1",
        DO_NOT_TRACK: "1",
        TURBO_NO_UPDATE_NOTIFIER: "1",
      },
    });
    return { code: status, text: `${stdout}${stderr}`, out: stdout };
  }
}
