#!/usr/bin/env node
/** The `lfads` command. */
import module from "node:module";

// Node 22 and later keep compiled code between runs; Node 20 has no such cache.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const { runCli } = await import("./run-cli.js");
process.exitCode = await runCli(process.argv.slice(2));
// Node would first wait for threads that collect garbage. What a pipe has not taken yet is waited for.
if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
