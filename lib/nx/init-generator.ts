/** Generator `lfads:init`: a lfadsfile to start from, the plugin in nx.json, and what git is to ignore. */
import { readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { lfadsfileNames } from "#lib/config/find-lfadsfile.js";
import { lfadsfileTemplate } from "#lib/config/init-lfadsfile.js";
import { editJson, readJson } from "#lib/edit-json.js";
import { isWithin } from "#lib/is-within.js";

interface InitGeneratorOptions {
  /** Folder of the project, from where the command was run. */
  readonly directory: string;
}

/** What this takes of Nx's virtual file system. */
interface Tree {
  /** Of the workspace, absolute. */
  readonly root: string;
  exists(path: string): boolean;
  read(path: string, encoding: "utf8"): string | null;
  write(path: string, content: string): void;
}

/** Of the lfadsfile that is written: the state, results, made-up recordings. */
const ignored = [".lfads/", "runs/", "datasets/"];

export default function init(tree: Tree, { directory }: InitGeneratorOptions): void {
  const folder = resolve(cwd(tree.root), directory);
  const path = (name: string) => relative(tree.root, join(folder, name));
  if (!isWithin(folder, tree.root)) throw new Error(`${directory} is outside the workspace ${tree.root}.`);
  const present = lfadsfileNames.find((name) => tree.exists(path(name)));
  if (present) throw new Error(`There is a lfadsfile already: ${path(present)}. Move it away to start anew.`);
  tree.write(path("lfadsfile.ts"), readFileSync(lfadsfileTemplate, "utf8"));
  if (!tree.exists(path("package.json")) && !tree.exists(path("project.json")))
    tree.write(path("project.json"), `${JSON.stringify({ name: basename(folder) }, null, 2)}\n`);
  addPlugin(tree);
  addLines(tree, path(".gitignore"), ignored);
}

/** Where the command was run: npm moves to the workspace's root for a script, and says where it was. */
function cwd(root: string): string {
  return [process.env.INIT_CWD, process.cwd()].find((path) => path !== undefined && isWithin(path, root)) ?? root;
}

function addPlugin(tree: Tree): void {
  const text = tree.read("nx.json", "utf8") ?? "{}\n";
  const json = readJson(text);
  if (!json.ok) throw new Error(`nx.json: ${json.error}`);
  const { plugins = [] } = json.value as { plugins?: readonly (string | { plugin: string })[] };
  if (plugins.some((each) => (typeof each === "string" ? each : each.plugin) === "lfads/nx")) return;
  tree.write("nx.json", editJson(text, [{ path: ["plugins"], items: ["lfads/nx"] }]));
}

function addLines(tree: Tree, path: string, lines: readonly string[]): void {
  const text = tree.read(path, "utf8") ?? "";
  const present = new Set(text.split(/\r?\n/).map((line) => line.replace(/\/$/, "")));
  const missing = lines.filter((line) => !present.has(line.replace(/\/$/, "")));
  if (missing.length === 0) return;
  tree.write(path, `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${missing.join("\n")}\n`);
}
