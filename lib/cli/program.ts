/** The commands, their options and their help. What a command does is loaded when it is asked for. */
import { resolve } from "node:path";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { EXPORT_FORMATS } from "#lib/export/export-format.js";
import { packageVersion } from "#lib/package-facts.js";
import { parseBytes } from "#lib/parse-bytes.js";
import { POSTERIOR_KINDS } from "#rules/plan.js";
import { parseAge } from "./age.js";
import type { CommandContext, CommandResult } from "./command-context.js";
import { painter } from "./paint.js";
import type { Terminal } from "./terminal.js";

interface GlobalOptions {
  readonly C?: string;
  readonly file?: string;
  readonly verbose?: boolean;
}

const labelsHelp = `
Labels: <collection>/<param_HASH>/<spec>:<rule>, a prefix of one (exampleSingleSession, or
exampleSingleSession/param_Qr2PeG), a rule alone (:train), or a glob of them ('*/param_*/all:train').
Nothing means everything.`;

const auditHelp = `
Audited is what the labels mean and all that it was made from, back to the raw files: every file is hashed, nothing that
a build remembers is believed. Ends with 1 when something does not hold. Nothing that was built is touched.`;

const evaluateHelp = `
Builds what it needs, then prints a row for each run that the labels mean. All is measured on validation trials; a column
is there where a run has what it takes: truth, conditions, held-out channels, states, behaviour. docs/metrics.md defines each.`;

const whereHelp = `
--where takes a parameter, a result (as lfads status --results --csv names it), collection, spec or status, one of = != < <=
> >=, and a value; quote it. Given more than once, all must hold; a run without the value is left out.`;

const reportHelp = `
Builds what it needs, then prints where the pages are: <root>/<collection>/report.html, each one file that needs no network.
A plain lfads build does not make them; lfads build <collection>:report does.
With --where the pages are of these runs and list the others: --where status=fresh shows what is done, and trains nothing.`;

export function createProgram(terminal: Terminal, done: (result: CommandResult) => void): Command {
  const program = new Command("lfads")
    .description("Builds LFADS runs: exports, training, posterior sampling; only what is stale.")
    .version(packageVersion(), "-V, --version", "print the version")
    .option("-C <dir>", "work in this folder")
    .option("--file <lfadsfile>", "the lfadsfile (default: the nearest one, looking upward)")
    .option("--verbose", "say more: reasons, logs, stack traces")
    .helpOption("-h, --help", "print help")
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      outputError: (text, write) =>
        write(`${painter(terminal.errColour)("red", "error")}${text.replace(/^error/, "")}`),
    })
    .showHelpAfterError("  lfads --help lists commands and options.")
    .addHelpText("after", "\nExample:\n  npx lfads init && npx lfads build");

  const context = (): CommandContext => {
    const options = program.opts<GlobalOptions>();
    const dir = resolve(options.C ?? ".");
    const file = options.file === undefined ? undefined : resolve(dir, options.file);
    return { terminal, dir, file, verbose: options.verbose ?? false };
  };
  const subcommand = (parent: Command, name: string, description: string, example: string) => {
    const called = parent === program ? name : `${parent.name()} ${name}`;
    return parent
      .command(name)
      .description(description)
      .addHelpText("after", `\nExample:\n  ${example}`)
      .showHelpAfterError(`  lfads ${called} --help says what it takes.`);
  };
  const command = (name: string, description: string, example: string) =>
    subcommand(program, name, description, example);
  const where = new Option("--where <comparison>", "only runs of which it holds, as 'c_gen_dim>64'").argParser(inList);
  const labels = new Argument("[labels...]", "what to take (default: everything)");
  const keepGoing = new Option("-k, --keep-going", "after a failure go on with what does not depend on it");
  const jobs = new Option("-j, --jobs <n>", "CPU slots (default: the number of CPUs)").argParser(positiveInteger);
  const memory = new Option(
    "--memory <size>",
    "what targets may take together, as 12GB (default: 80% of the machine's)",
  ).argParser(size);

  command("build", "bring targets up to date and print their results", "lfads build exampleSingleSession --jobs 2")
    .addArgument(labels)
    .option("-n, --dry-run", "say what would run, and why; run nothing")
    .option("--verify", "hash every file, also those that look unchanged")
    .option("--explain", "say why targets are stale before they run, and where restored results come from")
    .addOption(keepGoing)
    .addOption(jobs)
    .addOption(memory)
    .addOption(where)
    .option("--records", "also write each collection's records beside its results, so that a copy of them is fresh")
    .option("--json", "one event a line on standard output")
    .addHelpText("after", labelsHelp)
    .addHelpText("after", whereHelp)
    .action(async (patterns: string[], options) => {
      const { build } = await import("./commands/build.js");
      done(await build(context(), patterns, options));
    });

  command(
    "watch",
    "build, and build again whenever the lfadsfile or a recording changes",
    "lfads watch exampleStitching",
  )
    .addArgument(labels)
    .addOption(keepGoing)
    .addOption(jobs)
    .addOption(memory)
    .addOption(where)
    .addHelpText("after", labelsHelp)
    .addHelpText("after", whereHelp)
    .action(async (patterns: string[], options) => {
      const { watch } = await import("./commands/watch.js");
      done(await watch(context(), patterns, options));
    });

  command(
    "status",
    "show the runs: fresh, stale, missing, failed",
    "lfads status --results --where 'c_gen_dim>64' --sort valid_nll",
  )
    .addArgument(labels)
    .option("--results", "what the runs reached instead of their state")
    .option("--rules", "a row per run and a column per rule")
    .addOption(where)
    .option("--sort <name>", "by a parameter or a result, -name for the largest first; again for ties", inList)
    .addOption(new Option("--json", "as JSON").conflicts("csv"))
    .option("--csv", "as CSV")
    .addHelpText("after", labelsHelp)
    .addHelpText("after", whereHelp)
    .action(async (patterns: string[], options) => {
      const { status } = await import("./commands/status.js");
      done(await status(context(), patterns, options));
    });

  command(
    "datasets",
    "list the recordings: trials, channels, bins, subject, date",
    "lfads datasets --csv > datasets.csv",
  )
    .addOption(new Option("--json", "as JSON").conflicts("csv"))
    .option("--csv", "as CSV")
    .action(async (options) => {
      const { datasets } = await import("./commands/datasets.js");
      done(await datasets(context(), options));
    });

  command(
    "evaluate",
    "measure how well runs do: bits per spike, R², held-out channels, decoding",
    "lfads evaluate exampleSingleSession --csv > metrics.csv",
  )
    .addArgument(labels)
    .addOption(keepGoing)
    .addOption(jobs)
    .addOption(memory)
    .addOption(where)
    .addOption(new Option("--json", "as JSON, with the measures of each dataset and channel").conflicts("csv"))
    .option("--csv", "as CSV")
    .addHelpText("after", labelsHelp)
    .addHelpText("after", whereHelp)
    .addHelpText("after", evaluateHelp)
    .action(async (patterns: string[], options) => {
      const { evaluate } = await import("./commands/evaluate.js");
      done(await evaluate(context(), patterns, options));
    });

  command("why", "say why targets are stale: what changed, old and new value", "lfads why exampleStitching:train")
    .addArgument(labels)
    .addOption(where)
    .option("--json", "as JSON")
    .addHelpText("after", labelsHelp)
    .addHelpText("after", whereHelp)
    .action(async (patterns: string[], options) => {
      const { why } = await import("./commands/why.js");
      done(await why(context(), patterns, options));
    });

  command(
    "diff",
    "compare two runs, or two targets: what went in, what came out",
    "lfads diff exampleSingleSession/param_Qr2PeG exampleSingleSession/param_8wnI3H",
  )
    .argument("<run>", "a run, by a label or prefix that names just one; with :<rule>, a target")
    .argument("<other>", "what to compare it with")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nEnds with 0 where parameters, inputs and outputs are the same, with 1 where not, with 2 on trouble.",
    )
    .action(async (run: string, other: string, options) => {
      const { diff } = await import("./commands/diff.js");
      done(await diff(context(), [run, other], options));
    });

  command("graph", "print the graph of targets", "lfads graph exampleStitching | dot -Tsvg > graph.svg")
    .addArgument(labels)
    .addOption(new Option("--format <format>", "output").choices(["dot", "mermaid", "json"]).default("dot"))
    .addHelpText("after", labelsHelp)
    .action(async (patterns: string[], options) => {
      const { graph } = await import("./commands/graph.js");
      done(await graph(context(), patterns, options));
    });

  command("show", "print a target's key, inputs, outputs and provenance", "lfads show exampleStitching:train")
    .argument("<label>", "a target")
    .addOption(new Option("--json", "as JSON").conflicts("plot"))
    .option("--plot [file]", "of a target :align, draw how each dataset gives the PCs of all (default: alignment.svg)")
    .action(async (pattern: string, options) => {
      const { show } = await import("./commands/show.js");
      done(await show(context(), pattern, options));
    });

  command("logs", "print the log of a target's last run", "lfads logs exampleStitching:train --follow")
    .argument("<label>", "a target")
    .option("-f, --follow", "go on printing what is added, until Ctrl-C")
    .action(async (pattern: string, options) => {
      const { logs } = await import("./commands/logs.js");
      done(await logs(context(), pattern, options));
    });

  command(
    "export",
    "write results to files to take along: HDF5, MAT, NPZ or NWB",
    "lfads export exampleStitching --out results --format mat",
  )
    .addArgument(labels)
    .option("--out <path>", "a folder, or one file by its extension (default: exported)")
    .addOption(new Option("--format <format>", "h5, unless --out has another extension").choices(EXPORT_FORMATS))
    .addOption(new Option("--kind <kind>", "posterior to take").choices(POSTERIOR_KINDS).default(POSTERIOR_KINDS[0]))
    .addOption(where)
    .option("--averages", "also averages over the trials of each condition")
    .option("--force", "replace files that lfads has not exported")
    .option("--json", "as JSON")
    .addHelpText("after", labelsHelp)
    .addHelpText("after", whereHelp)
    .action(async (patterns: string[], options) => {
      const { exportRuns } = await import("./commands/export.js");
      done(await exportRuns(context(), patterns, options));
    });

  command("report", "make a page of each collection to look at in a browser", "lfads report exampleStitching --open")
    .argument("[collections...]", "which (default: all)")
    .option("--open", "open the pages in the browser")
    .addOption(where)
    .option("-k, --keep-going", "after a failure go on with what does not depend on it")
    .option("-j, --jobs <n>", "CPU slots (default: the number of CPUs)", positiveInteger)
    .option("--memory <size>", "what targets may take together, as 12GB (default: 80% of the machine's)", size)
    .option("--json", "as JSON")
    .addHelpText("after", reportHelp)
    .addHelpText("after", whereHelp)
    .action(async (collections: string[], options) => {
      const { report } = await import("./commands/report.js");
      done(await report(context(), collections, options));
    });

  command("audit", "say whether results can be trusted, and made again", "lfads audit --rebuild 10%")
    .addArgument(labels)
    .option("--rebuild [what...]", "make a share (10%), labels, or all of it again in a scratch folder, and compare")
    .option("-j, --jobs <n>", "CPU slots of --rebuild (default: the number of CPUs)", positiveInteger)
    .option("--memory <size>", "what --rebuild may take, as 12GB (default: 80% of the machine's)", size)
    .addOption(new Option("--json", "as JSON").conflicts("format"))
    .addOption(
      new Option("--format <format>", "ro-crate: a Workflow Run RO-Crate of what holds").choices(["text", "ro-crate"]),
    )
    .addHelpText("after", labelsHelp)
    .addHelpText("after", auditHelp)
    .action(async (patterns: string[], options) => {
      const { audit } = await import("./commands/audit.js");
      done(await audit(context(), patterns, options));
    });

  command("init", "write a commented lfadsfile.ts to start from", "lfads init && lfads build")
    .option("--turbo", "make the build a task of Turbo: add it to package.json and turbo.json; a lfadsfile here stays")
    .action(async (options) => {
      const { init } = await import("./commands/init.js");
      done(await init(context(), options));
    });

  command("inputs", "list what a build reads: files, environment variables, packages", "lfads inputs --digest")
    .addOption(new Option("--digest", "one digest of all of it, for tools that cache a build").conflicts("json"))
    .option("--json", "as JSON")
    .action(async (options) => {
      const { inputs } = await import("./commands/inputs.js");
      done(await inputs(context(), options));
    });

  command(
    "import",
    "describe existing runs of the Run Manager in a lfadsfile, and take them as they are",
    "lfads import ~/lorenz_example/runs/exampleRun",
  )
    .argument("<folder>", "of a RunCollection (with its summary.txt and param_… folders), or one that such are in")
    .option("--out <lfadsfile>", "the lfadsfile to write", "lfadsfile.ts")
    .option("-n, --dry-run", "print the lfadsfile; write nothing")
    .addHelpText("after", "\nNothing is written into the folder, now or later. What could not be found out is told.")
    .action(async (folder: string, options) => {
      const { importRuns } = await import("./commands/import.js");
      done(await importRuns(context(), folder, options));
    });

  command("clean", "remove outputs that lfads made; never a file of yours", "lfads clean exampleStitching --yes")
    .addArgument(labels)
    .option("-y, --yes", "do not ask")
    .option("--cache", "also forget the store and its records, so that nothing can be restored")
    .addHelpText("after", labelsHelp)
    .action(async (patterns: string[], options) => {
      const { clean } = await import("./commands/clean.js");
      done(await clean(context(), patterns, options));
    });

  command("gc", "remove what no lfadsfile and no root needs from the store", "lfads gc --older-than 30d --dry-run")
    .option("-n, --dry-run", "say what would go; remove nothing")
    .option("--older-than <age>", "only what was last used before, as 12h, 30d or 8w", age)
    .option("--max-size <size>", "only as much as the store is larger than this, least recently used first", size)
    .option("--outputs", "also files in the run tree of targets that are gone, where nobody edited them")
    .option("-y, --yes", "do not ask")
    .option("--json", "as JSON")
    .action(async (options) => {
      const { gc } = await import("./commands/gc.js");
      done(await gc(context(), options));
    });

  const roots = command(
    "roots",
    "keep results under a name, whatever the lfadsfile says later",
    "lfads roots add paper-2026",
  )
    .option("--json", "as JSON")
    .action(async (options) => {
      const { listRoots } = await import("./commands/roots.js");
      done(await listRoots(context(), options));
    });
  subcommand(roots, "add", "keep what is built now", "lfads roots add paper-2026 exampleStitching")
    .argument("<name>", "a name; one that exists is replaced")
    .addArgument(labels)
    .addHelpText("after", labelsHelp)
    .action(async (name: string, patterns: string[]) => {
      const { addRoot } = await import("./commands/roots.js");
      done(await addRoot(context(), name, patterns));
    });
  subcommand(roots, "remove", "no longer keep them", "lfads roots remove paper-2026")
    .argument("<name>", "the root")
    .action(async (name: string) => {
      const { dropRoot } = await import("./commands/roots.js");
      done(await dropRoot(context(), name));
    });

  const cache = command("cache", "look into the store: ls, size, verify", "lfads cache size").helpCommand(false);
  subcommand(cache, "ls", "list the results that the store has", "lfads cache ls --json")
    .option("--json", "as JSON")
    .action(async (options) => {
      const { cacheLs } = await import("./commands/cache-ls.js");
      done(await cacheLs(context(), options));
    });
  subcommand(cache, "size", "say what takes how much, by rule and by collection", "lfads cache size")
    .option("--json", "as JSON")
    .action(async (options) => {
      const { cacheSize } = await import("./commands/cache-size.js");
      done(await cacheSize(context(), options));
    });
  subcommand(cache, "verify", "read all of the store, and say what is corrupt or missing", "lfads cache verify --fix")
    .option("--fix", "heal from outputs what they still have; remove what is broken")
    .option("--json", "as JSON")
    .action(async (options) => {
      const { cacheVerify } = await import("./commands/cache-verify.js");
      done(await cacheVerify(context(), options));
    });

  command("doctor", "say whether this machine can build, and gives the same bits as others", "lfads doctor --selftest")
    .option("--selftest", "train a tiny model and compare what comes out with what the package expects")
    .option("--json", "as JSON")
    .action(async (options) => {
      const { doctor } = await import("./commands/doctor.js");
      done(await doctor(context(), options));
    });

  return program;
}

function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("It must be a whole number of at least 1.");
  return Number(text);
}

/** Of an option that may be given more than once. */
function inList(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text];
}

const age = parsed(parseAge, "an age as 12h, 30d or 8w");
const size = parsed(parseBytes, "a size as 12GB or 800MB");

function parsed(parse: (text: string) => number | undefined, what: string): (text: string) => number {
  return (text) => {
    const value = parse(text);
    if (value === undefined) throw new InvalidArgumentError(`It must be ${what}.`);
    return value;
  };
}
