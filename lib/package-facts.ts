import { readFileSync } from "node:fs";

export function packageVersion(): string {
  return packageJson().version;
}

/** The oldest version of Node that it runs on. */
export function leastNodeVersion(): string {
  return packageJson().engines.node.replace(">=", "");
}

function packageJson(): { version: string; engines: { node: string } } {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
}
