import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withDefaults } from "#lib/nx/plugin-options.js";
import { inFolder, lfads } from "../cli/run-lfads.js";
import { exampleBlocks } from "./example-blocks.js";

const schema = JSON.parse(readFileSync(new URL("../../schemas/nx/build.json", import.meta.url), "utf8"));

it("the page about Nx has options of the plugin and of the executor that there are, and names all of them", () => {
  const [, plugin, executor] = exampleBlocks("nx.md", "json").map((block) => JSON.parse(block));
  const options = Object.keys(withDefaults({}));
  expect(options).toEqual(expect.arrayContaining(Object.keys(plugin.plugins[0].options)));
  expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(executor.targets.model.options)));
  const text = readFileSync(new URL("../../docs/nx.md", import.meta.url), "utf8");
  for (const name of [...options, ...Object.keys(schema.properties)]) expect(text).toContain(`\`${name}\``);
});

it("the page about Turbo shows what lfads init --turbo writes", () => {
  const [task, script] = exampleBlocks("turbo.md", "json").map((block) => JSON.parse(block));
  inFolder(undefined, (root) => {
    const at = (name: string) => join(root, "vision", name);
    mkdirSync(at("."));
    writeFileSync(join(root, "turbo.json"), '{ "tasks": {} }');
    writeFileSync(at("package.json"), "{}");
    writeFileSync(
      at("lfadsfile.ts"),
      `import { datasetCollection, defineLfads, h5, runCollection, runParams, runSpec } from "lfads";
      const datasets = datasetCollection("gratings", { path: "data", datasets: h5("*.h5", { counts: "spikes", binMs: 1 }) });
      const params = [runParams({ name: String(process.env.SUBJECT) })];
      export default defineLfads({ collections: [runCollection("drift", { datasets, runSpecs: [runSpec.all()], params })] });`,
    );
    expect(lfads(at("."), "init", "--turbo").code).toBe(0);
    expect(JSON.parse(readFileSync(at("turbo.json"), "utf8"))).toEqual(task);
    expect(JSON.parse(readFileSync(at("package.json"), "utf8"))).toEqual(script);
  });
});

it("the page about Turbo asks for a digest that changes with what a build reads", () => {
  inFolder("", (dir) => {
    const lfadsfile = (
      value: string,
    ) => `import { datasetCollection, defineLfads, h5, runCollection, runParams, runSpec } from "lfads";
      const datasets = datasetCollection("a", { path: "data", datasets: h5("*.h5", { counts: "x", binMs: ${value} }) });
      export default defineLfads({ collections: [runCollection("b", { datasets, runSpecs: [runSpec.all()], params: [runParams({})] })] });`;
    mkdirSync(join(dir, "data"));
    const digest = () => {
      const { code, out, err } = lfads(dir, "inputs", "--digest");
      expect({ code, err, out }).toEqual({ code: 0, err: "", out: expect.stringMatching(/^[0-9a-f]{64}\n$/) });
      return out;
    };
    writeFileSync(join(dir, "lfadsfile.ts"), lfadsfile("1"));
    const seen = [digest(), digest()];
    writeFileSync(join(dir, "data/s.h5"), "1");
    seen.push(digest());
    writeFileSync(join(dir, "data/s.h5"), "2");
    seen.push(digest());
    writeFileSync(join(dir, "lfadsfile.ts"), lfadsfile("Number(process.env.LFADS_TEST_BIN ?? 1)"));
    seen.push(digest());
    process.env.LFADS_TEST_BIN = "1";
    seen.push(digest());
    delete process.env.LFADS_TEST_BIN;
    expect(seen[1]).toBe(seen[0]);
    expect(new Set(seen).size).toBe(5);
    expect(lfads(dir, "inputs")).toEqual({ code: 0, err: "", out: "data/s.h5\nlfadsfile.ts\n$LFADS_TEST_BIN\n" });
  });
});
