import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { CacacheStore } from "#lib/build/cacache-store.js";
import { storedFile } from "#lib/build/stored-file.js";
import { inFolder } from "../cli/run-lfads.js";

it("the content of a digest lies where it is looked for", async () => {
  await inFolder(undefined, async (dir) => {
    writeFileSync(join(dir, "file"), "content");
    const digest = await new CacacheStore(join(dir, "store")).put(join(dir, "file"), 7);
    expect(readFileSync(storedFile(join(dir, "store"), digest), "utf8")).toBe("content");
  });
});
