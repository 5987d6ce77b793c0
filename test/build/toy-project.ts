/** A folder with toy targets for tests of the build engine: rules that join texts, run in this process. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type BuildEvent, createGraph, openSession, type RunOptions, type Target } from "#lib/build/index.js";
import { MemoryExecutor } from "#lib/build/memory-executor.js";
import { MemoryStore } from "#lib/build/memory-store.js";
import type { Rule, RuleContext, RuleTable } from "#lib/build/rule.js";
import type { SessionOptions } from "#lib/build/session.js";

/** Writes `out.txt` (or the names in params.files): params.text and the contents of all inputs, joined. */
export const join_: Rule = {
  name: "join",
  version: "1",
  async run(context) {
    const { text = "", files = ["out.txt"], upperCase = false } = context.params as ToyParams;
    const read = Object.keys(context.inputs)
      .sort()
      .flatMap((name) => context.inputs[name]!.map((file) => readFileSync(file.path, "utf8")));
    const made = [text, ...read].filter((part) => part !== "").join("+");
    context.log(`joined ${read.length} inputs`);
    for (const file of files) {
      mkdirSync(dirname(join(context.out, file)), { recursive: true });
      writeFileSync(join(context.out, file), upperCase ? made.toUpperCase() : made);
    }
  },
};

interface ToyParams {
  readonly text?: string;
  readonly files?: readonly string[];
  readonly upperCase?: boolean;
}

export class ToyProject {
  readonly dir = mkdtempSync(join(tmpdir(), "lfads-build-"));
  readonly store = new MemoryStore();
  events: BuildEvent[] = [];
  /** Labels of the targets whose rule ran in the last build, in order. */
  ran: string[] = [];
  /** Overrides for one build: other rules, the real store or executor, … */
  options: Partial<SessionOptions> = {};
  rules: RuleTable = { join: join_ };

  path(...parts: string[]): string {
    return join(this.dir, ...parts);
  }

  write(name: string, text: string): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  read(...parts: string[]): string {
    return readFileSync(this.path(...parts), "utf8");
  }

  /** `inputs`: labels of targets, or names of files of the user's. Outputs go to `runs/<label>`. */
  target(label: string, inputs: readonly string[], params: ToyParams = {}, more: Partial<Target> = {}): Target {
    return {
      label,
      rule: "join",
      params: { ...params },
      inputs: inputs.map((each) =>
        each.includes(":") ? { name: each, target: each } : { name: each, file: this.path(each) },
      ),
      outDir: this.path("runs", label.replace(":", "/")),
      ...more,
    };
  }

  open(targets: readonly Target[]) {
    const graph = createGraph(targets);
    if (!graph.ok) throw new Error(JSON.stringify(graph.error));
    this.events = [];
    const executor = new MemoryExecutor(this.rules);
    const session = openSession({
      graph: graph.value,
      dir: this.dir,
      ruleVersions: Object.fromEntries(Object.values(this.rules).map((rule) => [rule.name, rule.version])),
      rulesModule: "unused",
      jobs: 2,
      executor,
      store: this.store,
      onEvent: (event) => this.events.push(event),
      ...this.options,
    });
    return { session, graph: graph.value, executor };
  }

  async build(targets: readonly Target[], options: RunOptions = {}) {
    const { session, executor } = this.open(targets);
    try {
      return await session.run(options);
    } finally {
      await session.close();
      this.ran = executor.started.map((job) => job.label);
    }
  }

  async plan(targets: readonly Target[]) {
    const { session } = this.open(targets);
    try {
      return await session.plan();
    } finally {
      await session.close();
    }
  }

  warnings() {
    return this.events.flatMap((event) => (event.type === "warning" ? [event] : []));
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export function rule(name: string, run: (context: RuleContext) => Promise<void>, version = "1"): Rule {
  return { name, version, run };
}

/** Until the file system's clock has moved on, so that what was written is not racily clean. */
export async function clockTick(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 15));
}
