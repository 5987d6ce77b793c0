import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "#lib/build/rule.js";
import { type Failure, FailureError } from "#lib/failure.js";
import { makeFolder } from "#lib/make-folder.js";
import type { ParamValue } from "#lib/params/param-value.js";
import { type CommandEnd, runCommand } from "#lib/run-command.js";
import { shellQuote } from "#lib/shell-quote.js";
import { openDataset } from "#lib/sources/open-dataset.js";
import type { SourceSpec } from "#lib/sources/source-spec.js";
import { ruleVersions } from "./versions.js";

interface CommandParams {
  readonly dataset: string;
  /** Program and arguments, with placeholders. */
  readonly words: readonly string[];
  /** Parameters that affect data. */
  readonly values: Readonly<Record<string, ParamValue>>;
}

interface CommandSettings {
  /** The lfadsfile's folder, absolute. */
  readonly dir: string;
  readonly timeoutSeconds?: number;
  /** How the file that it writes is read. */
  readonly source: SourceSpec;
}

/** Runs a command of the user's that writes a recording. Inputs `file`, the dataset's own, and `files`; output `<dataset>.h5`. */
export const command: Rule = {
  name: "command",
  version: ruleVersions.command,
  async run({ params, settings, inputs, out, scratch, signal, log }) {
    const { dataset, words, values } = params as unknown as CommandParams;
    const { dir, timeoutSeconds, source } = settings as unknown as CommandSettings;
    const files = (inputs.file ?? []).map(({ path }) => path);
    const made = join(scratch, "out.h5");
    const paramsFile = join(scratch, "params.json");
    rmSync(scratch, { recursive: true });
    makeFolder(scratch);
    try {
      writeFileSync(paramsFile, `${JSON.stringify(values, null, 2)}\n`);
      const argv = argumentsOf(words, {
        dataset: [dataset],
        file: files.slice(0, 1),
        files,
        params: [paramsFile],
        out: [made],
      });
      log(`$ ${argv.map(shellQuote).join(" ")}`);
      const end = await runCommand({ argv, dir, timeoutSeconds, signal, onLine: log });
      signal.throwIfAborted();
      if (end.kind !== "ended" || end.code !== 0) throw new FailureError(endFailure(end, argv[0]!));
      await check(dataset, source, made);
      renameSync(made, join(out, `${dataset}.h5`));
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
};

/** Every value is one argument or a part of one; a word that is just `{files}` is as many as there are. */
export function argumentsOf(words: readonly string[], values: Readonly<Record<string, readonly string[]>>): string[] {
  return words.flatMap((word) => {
    const whole = /^\{(\w+)\}$/.exec(word)?.[1];
    if (whole !== undefined && values[whole]) return values[whole];
    return [word.replace(/\{(\w+)\}/g, (text, name: string) => values[name]?.join(" ") ?? text)];
  });
}

function endFailure(end: CommandEnd, program: string): Failure {
  switch (end.kind) {
    case "missing":
      return {
        kind: "data",
        what: `The program ${program} of the command is not there.`,
        hint: end.instead
          ? `${end.instead} is there: write it in the command.`
          : `Install ${program}, or put its folder on the PATH.`,
      };
    case "timed-out":
      return {
        kind: "data",
        what: `The command took longer than ${end.seconds} s, and was ended.`,
        hint: "Give it more time with timeout in command(…), or see in the log where it hangs.",
      };
    case "killed":
      return { kind: "data", what: `The command was ended by ${end.signal}.` };
    case "ended":
      return { kind: "data", what: `The command ended with exit code ${end.code}.` };
  }
}

/** What to do about a file that a command wrote, rather than one that was found. */
function hintOf(hint: string): string {
  return hint.startsWith("Check the pattern") ? "The command must write HDF5." : hint.replace("h5(…)", "command(…)");
}

/** Whether the file is what the options of command(…) say. */
async function check(dataset: string, source: SourceSpec, file: string): Promise<void> {
  if (!existsSync(file)) {
    throw new FailureError({
      kind: "data",
      what: "The command ended well, but wrote no file {out}.",
      hint: "{out} stands for the path of the HDF5 file to write.",
    });
  }
  try {
    (await openDataset(dataset, source, file)).close();
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const { where = file, hint, ...failure } = error.failure;
    throw new FailureError({
      ...failure,
      where: where.replace(file, "{out}"),
      ...(hint === undefined ? {} : { hint: hintOf(hint) }),
    });
  }
}
