// Any edits to a sweep that is built with the real command, with rules that take no time: after the next build every file is
// as it is worked out from the plan alone, and a second build has nothing to do.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createGraph } from "#lib/build/index.js";
import { loadProject } from "#lib/config/load-project.js";
import { planTargets } from "#rules/plan.js";
import { writeLfadsfile, writeSweepProject } from "../../bench/null-build/sweep-project.mjs";
import { contentsOf } from "../../bench/null-build/trivial-rules.mjs";

const RUNS = 10;

const edit = fc.oneof(
  fc.record({ kind: fc.constantFrom("write", "forge", "touch"), recording: fc.nat(9) }),
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("delete", "append", "forge", "unlink"), output: fc.nat() }),
  },
  fc.record({ kind: fc.constant("rate"), rate: fc.constantFrom(0.5, 0.25, 0.125) }),
  fc.record({ kind: fc.constant("lose"), what: fc.constantFrom("state", "fresh", "actions", "store", "config", "") }),
  fc.record({ kind: fc.constant("build"), labels: fc.constantFrom("edited", ":train", "sweep:summary") }),
  fc.record({ kind: fc.constant("clean"), labels: fc.constantFrom("edited", "sweep:summary") }),
) as fc.Arbitrary<Edit>;

type Edit =
  | { kind: "write" | "forge" | "touch"; recording: number }
  | { kind: "delete" | "append" | "forge" | "unlink"; output: number }
  | { kind: "rate"; rate: number }
  | { kind: "lose"; what: string }
  | { kind: "build" | "clean"; labels: string };

test("after any edits the next build makes a sweep right, and a second one has nothing to do", {
  timeout: 3_600_000,
}, async () => {
  const template = mkdtempSync(join(tmpdir(), "lfads-sweep-"));
  try {
    writeSweepProject(template, RUNS);
    expect(lfads(template, "build")).toMatch(/^Built in /m);
    const rounds = fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(rounds, async (series) => {
        const dir = `${template}-copy`;
        try {
          execFileSync("cp", ["-a", template, dir]);
          for (const edits of series) {
            for (const each of edits) apply(dir, each);
            lfads(dir, "build");
            await expectRight(dir);
            const before = stamps(dir);
            expect(lfads(dir, "build")).toMatch(/^All \d+ targets are fresh\.$/m);
            expect(stamps(dir)).toEqual(before);
          }
        } finally {
          rmSync(dir, { recursive: true, force: true });
        }
      }),
      { numRuns: 8 },
    );
  } finally {
    rmSync(template, { recursive: true, force: true });
  }
});

/** Runs the command that is installed in the project; it must succeed. Results and progress. */
function lfads(dir: string, ...args: readonly string[]): string {
  return execFileSync(join(dir, "node_modules/.bin/lfads"), args, { cwd: dir, encoding: "utf8", stdio: "pipe" });
}

function apply(dir: string, edit: Edit): void {
  if ("recording" in edit) {
    const file = join(dir, "data", `session${String(edit.recording + 1).padStart(2, "0")}.h5`);
    if (edit.kind === "touch") utimesSync(file, new Date(), new Date());
    else if (edit.kind === "write") appendFileSync(file, "more\n");
    else forge(file);
  } else if ("output" in edit) editOutput(dir, edit);
  else if (edit.kind === "rate") writeLfadsfile(dir, RUNS, edit.rate);
  else if (edit.kind === "lose") rmSync(join(dir, ".lfads", edit.what), { recursive: true, force: true });
  else if (edit.kind === "build") lfads(dir, "build", edit.labels);
  else lfads(dir, "clean", edit.labels, "--yes");
}

function editOutput(dir: string, { kind, output }: Edit & { output: number }): void {
  const wanted = kind === "unlink" ? "symbolic link" : "file";
  const paths = [...stamps(dir)].filter(([, stamp]) => stamp.startsWith(wanted)).map(([path]) => path);
  const path = join(dir, paths[output % paths.length]!);
  if (kind === "append") appendFileSync(path, "more");
  else if (kind === "forge") forge(path);
  else rmSync(path);
}

/** Other bytes, as many; the time of the last change is put back to the nanosecond. */
function forge(path: string): void {
  const bytes = readFileSync(path);
  if (bytes.length === 0) return;
  cpSync(path, `${path}.twin`);
  execFileSync("touch", ["-r", path, `${path}.twin`]);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(path, bytes);
  execFileSync("touch", ["-r", `${path}.twin`, path]);
  rmSync(`${path}.twin`);
}

/** All that the lfadsfile asks for is there, with the content that it must have. */
async function expectRight(dir: string): Promise<void> {
  const project = await loadProject(join(dir, "lfadsfile.ts"));
  if (!project.ok) throw new Error(JSON.stringify(project.error));
  const graph = createGraph(planTargets(project.value).filter(({ onDemand }) => !onDemand));
  if (!graph.ok) throw new Error(JSON.stringify(graph.error));
  const made = new Map<string, [path: string, digest: string][]>();
  const wrong: string[] = [];
  for (const { target } of graph.value.nodes) {
    const names = [...new Set(target.inputs.map(({ name }) => name))];
    const digests = names.flatMap((name) =>
      target.inputs
        .filter((input) => input.name === name)
        .flatMap((input) =>
          "file" in input ? [digestOf(readFileSync(input.file))] : selected(made.get(input.target)!, input.select),
        ),
    );
    const contents = contentsOf(target, digests) as [string, string][];
    made.set(
      target.label,
      contents.map(([path, text]): [string, string] => [path, digestOf(text)]).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    for (const [path, text] of contents) {
      const file = join(target.outDir, path);
      if (!existsSync(file) || readFileSync(file, "utf8") !== text) wrong.push(file);
    }
    for (const { path, to } of target.links ?? []) if (readlinkSync(path) !== to) wrong.push(path);
  }
  expect(wrong).toEqual([]);
}

function selected(files: readonly [path: string, digest: string][], select: readonly string[] | undefined): string[] {
  const isMeant = (path: string) =>
    !select || select.some((each) => (each.endsWith("*") ? path.startsWith(each.slice(0, -1)) : path === each));
  return files.filter(([path]) => isMeant(path)).map(([, digest]) => digest);
}

const digestOf = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");

/** Path relative to the project → kind, inode and time of the last change, of all that is below `runs`. */
function stamps(dir: string): Map<string, string> {
  const entries = readdirSync(join(dir, "runs"), { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name);
      if (entry.isSymbolicLink()) return [path.slice(dir.length + 1), `symbolic link ${readlinkSync(path)}`];
      const { ino, ctimeNs } = statSync(path, { bigint: true });
      return [path.slice(dir.length + 1), `file ${ino} ${ctimeNs}`];
    });
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}
