import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { BuildEvent } from "#lib/build/index.js";
import { ownLfadsfile, record, results } from "../bad-input/own-recordings.js";
import { inFolder, lfads } from "../cli/run-lfads.js";

const lfadsfile = ownLfadsfile({ runSpecs: "[runSpec.all(), ...runSpec.eachDataset()]" });

/** Labels of what ran and what was restored, without hashes, sorted. */
function build(dir: string) {
  const { code, out } = lfads(dir, "build", "--json");
  const events = out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as BuildEvent);
  const labels = (how: string) =>
    events
      .flatMap((event) => (event.type === "finished" && event.how === how ? [event.label] : []))
      .map((label) => label.replace(/(param|data)_[A-Za-z0-9_-]{6}\//, ""))
      .sort();
  return { code, ran: labels("ran"), restored: labels("restored") };
}

const afterExport = [
  "evaluate",
  "model-params",
  "posterior_push_mean",
  "posterior_sample_and_average",
  "results",
  "train",
];
const ofRun = (spec: string) => afterExport.map((rule) => `look/${spec}:${rule}`);
const ofA = ["look/all/a:export", "look/single_a/a:export", ...ofRun("all"), ...ofRun("single_a")].sort();
const nothing = { code: 0, ran: [], restored: [] };

it("a changed recording rebuilds what is made from it, as far as that comes out another", async () => {
  await inFolder(lfadsfile, async (dir) => {
    const edit = (counts: Float64Array) => counts.fill(3, 80, 100);
    await record(dir, "a");
    await record(dir, "b");
    expect(build(dir).code).toBe(0);
    const before = results(dir);

    // Written anew with the same content, and touched.
    const file = join(dir, "data/a.h5");
    writeFileSync(file, readFileSync(file));
    expect(build(dir)).toEqual(nothing);
    utimesSync(file, new Date(), new Date());
    expect(build(dir)).toEqual(nothing);

    // Another trial.
    await record(dir, "a", { edit });
    const changed = build(dir);
    // The exports of the two runs are the same one: it is made once.
    const isExport = (label: string) => label.endsWith(":export");
    expect([...changed.ran, ...changed.restored].sort()).toEqual([...ofA, "own/a:dataset"]);
    expect([changed.ran.filter(isExport).length, changed.restored.length]).toEqual([1, 1]);
    const after = results(dir);
    const differing = [...after].flatMap(([name, bytes]) => (before.get(name) === bytes ? [] : [name]));
    expect(differing.filter((name) => /single_b|lfads_b\.h5$/.test(name))).toEqual([]);
    expect(differing.filter((name) => name.endsWith("results.json"))).toHaveLength(2);

    // The old trial again: nothing is trained.
    await record(dir, "a");
    const back = build(dir);
    expect(back).toEqual({ code: 0, ran: [], restored: [...ofA, "own/a:dataset"] });
    expect(results(dir)).toEqual(before);

    // Something else in the file: it is read and exported again, to the same bytes, and nothing is trained.
    await record(dir, "a", { conditions: [1, 2, 3] });
    const other = build(dir);
    expect([...other.ran, ...other.restored].sort()).toEqual([...ofA.filter(isExport), "own/a:dataset"]);
    expect(results(dir)).toEqual(before);
  });
});
