/** `lfads show <label>:align --plot`: a picture of how each dataset gives the global PCs. */
import { existsSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { alignmentPlot } from "#lib/alignment/alignment-plot.js";
import { diskFailure } from "#lib/disk-failure.js";
import { FailureError } from "#lib/failure.js";
import { err, ok } from "#lib/result.js";
import { ALIGNMENT_FILE, readReconstructions } from "#rules/alignment-file.js";
import type { CommandContext, CommandResult } from "../command-context.js";
import { exitCode } from "../exit-code.js";
import type { Workspace } from "../open-workspace.js";

/** @param file Where to; relative to where the command works. */
export async function showPlot(
  { terminal, dir }: CommandContext,
  { graph }: Workspace,
  label: string,
  file: string,
): Promise<CommandResult> {
  const { rule, outDir } = graph.byLabel.get(label)!.target;
  if (rule !== "align") {
    const others = graph.nodes.map(({ target }) => target).filter((target) => target.rule === "align");
    const some = others.slice(0, 10).map((target) => `\n    ${target.label}`);
    const hint =
      some.length > 0 ? `Plots are of alignments:${some.join("")}` : "Plots are of alignments: useAlignmentMatrix.";
    return err([{ kind: "usage", what: `There is no plot of ${label}.`, hint }]);
  }
  const from = join(outDir, ALIGNMENT_FILE);
  if (!existsSync(from)) {
    return err([{ kind: "usage", what: `${label} has not been built.`, hint: `lfads build ${label}` }]);
  }
  const to = resolve(dir, file);
  if (extname(to).toLowerCase() !== ".svg") {
    return err([{ kind: "usage", what: "A plot is an SVG.", where: to, hint: "Name a file that ends in .svg." }]);
  }
  try {
    const reconstructions = await readReconstructions(from);
    writeFileSync(to, alignmentPlot(label.replace(/:align$/, ""), reconstructions));
  } catch (error) {
    if (error instanceof FailureError) return err([error.failure]);
    const failure = diskFailure(error);
    if (!failure) throw error;
    return err([{ ...failure, hint: "Name another file: --plot <file>." }]);
  }
  terminal.out(`${to}\n`);
  return ok(exitCode.fine);
}
