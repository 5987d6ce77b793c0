import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { findingKinds } from "#lib/audit/finding.js";
import { runCli } from "#lib/cli/run-cli.js";
import { collectingTerminal } from "../cli/collecting-terminal.js";
import { inFolder, tinyLfadsfile } from "../cli/run-lfads.js";

const page = readFileSync(new URL("../../docs/audit.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/^```sh\n.*?^```$/gms)].map(([text]) => text).join("\n");
const commands = new Set([...blocks.matchAll(/^npx lfads ([^#>\n]*)/gm)].map(([, command]) => command!.trim()));

it("every command of the page about audits is one, and ends with 0 where all holds", async () => {
  await inFolder(tinyLfadsfile(), async (dir) => {
    const run = (...args: string[]) => runCli(["-C", dir, ...args], collectingTerminal());
    expect(await run("build", "single:summary")).toBe(0);
    expect(commands.size).toBe(6);
    for (const command of commands) {
      const args = command.replace(":results :train", ":summary").split(" ");
      expect({ command, code: await run(...args) }).toEqual({ command, code: 0 });
    }
  });
});

it("the page names every kind of finding", () => {
  const table = page.slice(page.indexOf("| kind |"), page.indexOf("Exit codes"));
  expect([...table.matchAll(/`([a-z-]+)`/g)].map((match) => match[1]).sort()).toEqual([...findingKinds].sort());
});
