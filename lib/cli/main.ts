#!/usr/bin/env node
/** The `lfads` command. */
import module from "node:module";

// Node 22 and later keep compiled code between runs; Node 20 has no such cache.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const { runCli } = await import("./run-cli.js");
process.exitCode = await runCli(process.argv.slice(2));
