import { describe, expect, it } from "vitest";
import { compareSurroundings } from "#lib/audit/compare-surroundings.js";
import type { Provenance } from "#lib/build/index.js";
import { surroundingsLines } from "#lib/cli/format-audit.js";
import { painter } from "#lib/cli/paint.js";
import { resultVersions } from "#lib/cli/result-versions.js";

const now = {
  host: "here",
  platform: "linux-x64",
  node: "v20.20.2",
  versions: { lfads: "0.2.0", "kernels.wasm": "a".repeat(64) },
  git: { commit: "1".repeat(40), dirty: false },
};
const made = (more: Partial<Provenance> = {}): Provenance => ({
  ...now,
  label: "a:b",
  startedAt: "2026-11-21T12:00:00.000Z",
  seconds: 1,
  threads: 2,
  ...more,
});

describe("what results depend on outside the graph", () => {
  it("is told where it is otherwise now, once for all results that were made alike", () => {
    const old = made({ node: "v18.0.0", versions: { lfads: "0.1.0", "kernels.wasm": "b".repeat(64) } });
    const differences = compareSurroundings([old, old, made(), made({ platform: "darwin-arm64" })], now);
    expect(differences).toEqual([
      { name: "node", recorded: "v18.0.0", now: "v20.20.2", targets: 2 },
      { name: "lfads", recorded: "0.1.0", now: "0.2.0", targets: 2 },
      { name: "kernels.wasm", recorded: "b".repeat(64), now: "a".repeat(64), targets: 2 },
      { name: "platform", recorded: "darwin-arm64", now: "linux-x64", targets: 1 },
    ]);
    expect(surroundingsLines(differences, painter(false))).toEqual([
      "",
      "Made in other surroundings than these. No result should depend on them; --rebuild shows whether one does.",
      "what          recorded      now           targets",
      "node          v18.0.0       v20.20.2            2",
      "lfads         0.1.0         0.2.0               2",
      "kernels.wasm  bbbbbbbbbbbb  aaaaaaaaaaaa        2",
      "platform      darwin-arm64  linux-x64           1",
    ]);
  });

  it("is nothing where nothing differs, whatever the machine's name", () => {
    expect(compareSurroundings([made(), made({ host: "elsewhere", threads: 1 })], now)).toEqual([]);
    expect(surroundingsLines([], painter(false))).toEqual([]);
  });

  it("has uncommitted changes told also when the commit is the same, and a repository that is gone or new", () => {
    const commit = "1".repeat(40);
    const dirty = made({ git: { commit, dirty: true } });
    const changed = `${commit} with uncommitted changes`;
    const here = { ...now, git: { commit, dirty: true } };
    expect(compareSurroundings([dirty, made({ git: null })], here)).toEqual([
      { name: "git commit", recorded: changed, now: changed, targets: 1 },
      { name: "git commit", recorded: "no repository", now: changed, targets: 1 },
    ]);
    expect(surroundingsLines(compareSurroundings([dirty], now), painter(false))[3]).toBe(
      "git commit  111111111111 with uncommitted changes  111111111111        1",
    );
  });

  it("has what one side only knows", () => {
    const old = made({ versions: { "kernels.wasm": "a".repeat(64), blas: "3" } });
    expect(compareSurroundings([old], now)).toEqual([
      { name: "blas", recorded: "3", now: "not here", targets: 1 },
      { name: "lfads", recorded: "not recorded", now: "0.2.0", targets: 1 },
    ]);
  });

  it("is recorded with versions of what reaches results, and the digest of the engine's binary", () => {
    expect(resultVersions()).toEqual({
      lfads: expect.stringMatching(/^\d+\.\d+\.\d+/),
      h5wasm: expect.stringMatching(/^\d+\.\d+\.\d+/),
      "kernels.wasm": expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});
