/** The same graph for other build tools: the same files, read and written by the same steps, each a small shell command. */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { loadProject } from "../../out/lib/config/load-project.js";
import { planTargets } from "../../out/rules/plan.js";
import { measure } from "./measure.mjs";
import { outputsOf } from "./trivial-rules.mjs";

/** Each with how it is started and what it says when there is nothing to do. */
export const peers = {
  ninja: {
    command: ["ninja"],
    two: ["-j2"],
    nothing: /^ninja: no work to do\.$/m,
    file: "build.ninja",
    text: ninjaText,
  },
  make: {
    command: ["make"],
    two: ["-j2"],
    nothing: /^make: Nothing to be done for 'all'\.$/m,
    file: "Makefile",
    text: makeText,
  },
  snakemake: {
    command: ["snakemake", "--cores", "2"],
    two: [],
    nothing: /^Nothing to be done \(all requested files are present and up to date\)\.$/m,
    file: "Snakefile",
    text: snakemakeText,
  },
};

/** What a project's targets read and write, as paths relative to its folder. */
export async function stepsOf(lfadsfile) {
  const project = await loadProject(lfadsfile);
  if (!project.ok) throw new Error(JSON.stringify(project.error));
  const { dir } = project.value;
  const targets = planTargets(project.value).filter(({ onDemand }) => !onDemand);
  const outputs = new Map(targets.map((target) => [target.label, outputsOf(target)]));
  const folders = new Map(targets.map((target) => [target.label, relative(dir, target.outDir)]));
  const selected = ({ target, select }) =>
    outputs
      .get(target)
      .filter((path) => !select || select.some((p) => (p.endsWith("*") ? path.startsWith(p.slice(0, -1)) : path === p)))
      .map((path) => join(folders.get(target), path));
  return targets.map((target) => ({
    label: target.label,
    inputs: [...new Set(target.inputs.flatMap((i) => ("file" in i ? [relative(dir, i.file)] : selected(i))))],
    outputs: outputs.get(target.label).map((path) => join(folders.get(target.label), path)),
  }));
}

/** Writes a tool's build file and the recordings into a folder. */
export function writePeer(name, dir, project, steps) {
  for (const { outputs } of steps) for (const path of outputs) mkdirSync(dirname(join(dir, path)), { recursive: true });
  cpSync(join(project, "data"), join(dir, "data"), { recursive: true, preserveTimestamps: true });
  const read = new Set(steps.flatMap(({ inputs }) => inputs));
  const wanted = steps.flatMap(({ outputs }) => outputs).filter((path) => !read.has(path));
  writeFileSync(join(dir, "wanted.txt"), wanted.join(" "));
  const { file, text } = peers[name];
  writeFileSync(join(dir, file), text(steps, wanted));
}

/** Makes everything from nothing. */
export function makeOnce(name, dir) {
  measure([...peers[name].command, ...peers[name].two], { cwd: dir, expected: /(?:)/ });
}

/** All outputs have the names and the contents of what is read. */
const write = (outputs, inputs) => `echo ${outputs} | cat - ${inputs} | tee ${outputs} > /dev/null`;

function ninjaText(steps) {
  const lines = ["rule write", `  command = ${write("$out", "$in")}`];
  for (const { inputs, outputs } of steps) lines.push(`build ${outputs.join(" ")}: write ${inputs.join(" ")}`);
  return `${lines.join("\n")}\n`;
}

function makeText(steps, wanted) {
  const lines = ["MAKEFLAGS += --no-builtin-rules", `all: ${wanted.join(" ")}`, ".PHONY: all"];
  for (const { inputs, outputs } of steps) {
    const all = outputs.join(" ");
    lines.push(`${all}${outputs.length > 1 ? " &" : ""}: ${inputs.join(" ")}`, `\t@${write(all, inputs.join(" "))}`);
  }
  return `${lines.join("\n")}\n`;
}

/** As a practitioner writes it: a rule with wildcards for each kind of step. */
function snakemakeText(steps) {
  const kinds = new Map();
  const wild = (path) =>
    path
      .replace(/session\d+/g, "{session}")
      .replace(/\/param_[^/]+\//, "/param_{param}/")
      .replace(/^runs\/[^/]+\//, "runs/{collection}/");
  for (const { label, inputs, outputs } of steps) {
    const rule = label.slice(label.lastIndexOf(":") + 1).replaceAll("-", "_");
    if (!kinds.has(rule)) kinds.set(rule, { inputs: inputs.map(wild), outputs: outputs.map(wild) });
  }
  const list = (paths) => paths.map((path) => JSON.stringify(path)).join(", ");
  const rules = [...kinds].map(
    ([name, { inputs, outputs }]) =>
      `rule ${name}:
    ${inputs.length > 0 ? `input: ${list(inputs)}\n    ` : ""}output: ${list(outputs)}
    shell: "${write("{output}", "{input}")}"
`,
  );
  return `wildcard_constraints: session="session[0-9]+", param="[^/]+", collection="[^/]+"
rule all:
    input: open("wanted.txt").read().split()
${rules.join("\n")}`;
}
