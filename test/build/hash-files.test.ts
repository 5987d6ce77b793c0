import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hashFiles } from "#lib/build/hash-files.js";

it("files of any size get the digest of their content, on threads as in place, and all bytes are told", async () => {
  const dir = mkdtempSync(join(tmpdir(), "lfads-hash-"));
  try {
    const small = Array.from({ length: 300 }, (_, i) => join(dir, String(i)));
    for (const path of small) writeFileSync(path, path);
    const large = join(dir, "large");
    writeFileSync(large, "");
    truncateSync(large, 70e6);
    const missing = join(dir, "missing");
    const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");
    const expected = new Map<string, unknown>([
      ...small.map((path) => [path, { digest: sha256(path), size: path.length }] as const),
      [missing, { error: "ENOENT" }],
      [dir, { error: "EISDIR" }],
    ]);
    const bytes = small.join("").length;
    let told = 0;
    const onBytes = (more: number) => {
      told += more;
    };
    expect(await hashFiles(new Set([...small, missing, dir]), bytes, onBytes)).toEqual(expected);
    expect(told).toBe(bytes);
    expected.set(large, { digest: sha256(Buffer.alloc(70e6)), size: 70e6 });
    expect(await hashFiles(new Set([large, ...small, missing, dir]), 70e6, onBytes)).toEqual(expected);
    expect(told).toBe(2 * bytes + 70e6);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
