import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const sources = ["lib", "rules"].flatMap((folder) =>
  (readdirSync(join(root, folder), { recursive: true }) as string[])
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(root, folder, name), "utf8")),
);

/** What a message says, `…` being the names in it. */
const messages = [...readFileSync(join(root, "docs/faults.md"), "utf8").matchAll(/`([A-Z][^`]*[.…])`/g)].map(
  ([, text]) => text!,
);

it("finds the messages of the page", () => expect(messages.length).toBeGreaterThan(10));

it.each(messages)("the page about faults quotes what lfads says: %s", (message) => {
  const parts = message.split("…").map((part) => part.trim());
  expect(sources.some((text) => parts.every((part) => text.includes(part)))).toBe(true);
});
