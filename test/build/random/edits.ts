/** What happens to a project between two builds, to its folder and to the model of it alike. */
import { rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import type { ToyProject } from "../toy-project.js";
import type { BuildModel } from "./build-model.js";
import { dataFile, TEXTS, type Toy, toy, type World } from "./toy-graph.js";

export type Edit =
  | { readonly kind: "data"; readonly file: number; readonly text: string }
  | { readonly kind: "target"; readonly index: number; readonly to: Toy }
  | { readonly kind: "touch-data"; readonly file: number }
  | { readonly kind: "delete" | "overwrite" | "forge"; readonly output: number }
  | { readonly kind: "lose-state" | "corrupt-state" | "lose-records" | "lose-folder" };

export const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant("data" as const), file: fc.nat(2), text: fc.constantFrom(...TEXTS) }),
  fc.record({ kind: fc.constant("target" as const), index: fc.nat(5), to: toy }),
  fc.record({ kind: fc.constant("touch-data" as const), file: fc.nat(2) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("delete" as const, "overwrite" as const, "forge" as const),
      output: fc.nat(11),
    }),
  },
  fc.record({
    kind: fc.constantFrom(
      "lose-state" as const,
      "corrupt-state" as const,
      "lose-records" as const,
      "lose-folder" as const,
    ),
  }),
);

export function applyEdit(change: Edit, project: ToyProject, world: World, model: BuildModel): void {
  switch (change.kind) {
    case "data":
      world.data[change.file] = change.text;
      project.write(dataFile(change.file), change.text);
      return;
    case "target":
      if (change.index < world.toys.length) world.toys[change.index] = change.to;
      return;
    case "touch-data":
      utimesSync(project.path(dataFile(change.file)), new Date(), new Date());
      return;
    case "lose-state":
      rmSync(project.path(".lfads/state"), { force: true });
      model.state.clear();
      return;
    case "corrupt-state":
      project.write(".lfads/state", "lfads-state 1 nonsense\n[]");
      model.state.clear();
      return;
    case "lose-records":
      rmSync(project.path(".lfads/actions"), { recursive: true, force: true });
      model.records.clear();
      return;
    case "lose-folder":
      rmSync(project.path(".lfads"), { recursive: true, force: true });
      model.state.clear();
      model.records.clear();
      return;
    default:
      editOutput(change, project, model);
  }
}

function editOutput({ kind, output }: Edit & { output: number }, project: ToyProject, model: BuildModel): void {
  const paths = [...model.disk.keys()].sort();
  if (paths.length === 0) return;
  const path = paths[output % paths.length]!;
  const file = project.path(path);
  if (kind === "delete") {
    rmSync(file);
    model.disk.delete(path);
    return;
  }
  const old = model.disk.get(path)!;
  const content = kind === "overwrite" ? `${old}?` : "?".repeat(old.length);
  const { atime, mtime } = statSync(file);
  writeFileSync(file, content);
  if (kind === "forge") utimesSync(file, atime, mtime);
  model.disk.set(path, content);
}
