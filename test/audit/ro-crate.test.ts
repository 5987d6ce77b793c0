import { beforeEach, describe, expect, it } from "vitest";
import { type CrateFacts, roCrate } from "#lib/audit/ro-crate.js";
import { type ActionRecord, createGraph, type Target } from "#lib/build/index.js";
import { type Altered, AuditedProject, sha256 } from "./audited-project.js";

let project: AuditedProject;
beforeEach(async () => {
  project = new AuditedProject();
  await project.built();
  project.write("lfadsfile.ts", "export default {};\n");
  return () => project.remove();
});

async function crateOf(targets: readonly Target[], more: Partial<CrateFacts> = {}) {
  const graph = createGraph(targets);
  if (!graph.ok) throw new Error(JSON.stringify(graph.error));
  const { targets: audits } = await project.audit(targets);
  const facts = { name: "toys", description: "Joined texts.", license: "CC0-1.0", version: "1.2.3", ...more };
  const crate = roCrate(
    { graph: graph.value, dir: project.dir, lfadsfile: project.path("lfadsfile.ts"), ...facts },
    audits,
  );
  const byId = new Map(crate["@graph"].map((entity) => [entity["@id"], entity]));
  return { crate, entity: (id: string) => byId.get(id), entities: crate["@graph"] };
}

const ref = (id: string) => ({ "@id": id });

const madeBy = (person: string | null) => (record: Altered<ActionRecord>) =>
  void Object.assign(record, { provenance: { ...record.provenance, person } });

describe("an RO-Crate of results", () => {
  it("has one action for each target: by which rule, from which files and values, into which files", async () => {
    project.forgeRecord("second:make", madeBy("R. Unner"));
    const { entity, entities } = await crateOf(project.targets());
    const actions = entities.filter((each) => each["@type"] === "CreateAction");
    expect(actions.map(({ name }) => name)).toEqual([
      "apart:make",
      "first:make",
      "second:make",
      "third:make",
      "Build of lfadsfile.ts",
    ]);
    const { startedAt, seconds, platform, node, threads } = project.record("second:make").provenance;
    const time = (ms: number) => new Date(ms).toISOString().replace("Z", "+00:00");
    expect(entity("#run/second%3Amake")).toEqual({
      "@id": "#run/second%3Amake",
      "@type": "CreateAction",
      name: "second:make",
      description: `Rule join, version 1; ${platform}, node ${node}, threads ${threads}.`,
      agent: ref("#person/R.%20Unner"),
      instrument: ref("#rule/join"),
      object: [
        ref("runs/first/make/out.txt"),
        expect.objectContaining({ "@id": expect.stringMatching(/^#value\/join\/text\/[0-9a-f]{12}$/) }),
        expect.objectContaining({ "@id": expect.stringMatching(/^#value\/join\/files\/[0-9a-f]{12}$/) }),
      ],
      result: [ref("runs/second/make/a.txt"), ref("runs/second/make/sub/b.txt")],
      startTime: time(Date.parse(startedAt)),
      endTime: time(Date.parse(startedAt) + 1000 * seconds),
      actionStatus: "http://schema.org/CompletedActionStatus",
    });
    expect(entity("#control/second%3Amake")).toMatchObject({
      "@type": "ControlAction",
      instrument: ref("#step/join"),
      object: ref("#run/second%3Amake"),
    });
    expect(entity("runs/second/make/a.txt")).toEqual({
      "@id": "runs/second/make/a.txt",
      "@type": "File",
      name: "a.txt",
      encodingFormat: "text/plain",
      contentSize: "11",
      sha256: sha256("two+one+raw"),
      exampleOfWork: [ref("#rule/join/output"), ref("#rule/join/input")],
    });
  });

  it("has the lfadsfile as the workflow, its run from what no target made, and what surrounds it", async () => {
    const { entity } = await crateOf(project.targets(), { author: { name: "A. Nother" } });
    expect(entity("lfadsfile.ts")).toMatchObject({
      "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
      hasPart: ref("#rule/join"),
      step: ref("#step/join"),
      sha256: sha256("export default {};\n"),
    });
    expect(entity("#build")).toMatchObject({ instrument: ref("lfadsfile.ts"), object: ref("raw.txt") });
    expect(entity("#organize")).toMatchObject({ instrument: ref("#lfads"), result: ref("#build") });
    expect(entity("#lfads")).toMatchObject({
      softwareVersion: "1.2.3",
      softwareRequirements: ref(`#software/node/${process.version}`),
    });
    expect(entity("./")).toMatchObject({
      name: "toys",
      mainEntity: ref("lfadsfile.ts"),
      license: ref("https://spdx.org/licenses/CC0-1.0"),
      author: ref("#person/A.%20Nother"),
    });
  });

  it("names who ran each target, the author by the author's address, and nobody where that is not recorded", async () => {
    project.forgeRecord("first:make", madeBy("A. Nother"));
    project.forgeRecord("second:make", madeBy("R. Unner"));
    for (const label of ["third:make", "apart:make"]) project.forgeRecord(label, madeBy(null));
    const author = { name: "A. Nother", url: "https://example.org/a" };
    const { entity, entities } = await crateOf(project.targets(), { author });
    expect(entity("./")!.author).toEqual(ref("https://example.org/a"));
    expect(entity("#run/first%3Amake")!.agent).toEqual(ref("https://example.org/a"));
    expect(entity("#run/second%3Amake")!.agent).toEqual(ref("#person/R.%20Unner"));
    expect(entity("#run/third%3Amake")).not.toHaveProperty("agent");
    const both = [ref("https://example.org/a"), ref("#person/R.%20Unner")];
    expect(entity("#build")!.agent).toEqual(both);
    expect(entity("#organize")!.agent).toEqual(both);
    expect(entities.filter((each) => each["@type"] === "Person")).toEqual([
      { "@id": "https://example.org/a", "@type": "Person", name: "A. Nother" },
      { "@id": "#person/R.%20Unner", "@type": "Person", name: "R. Unner" },
    ]);
  });

  it("leaves out what is not built, and says whose result a target shares", async () => {
    const twin = project.target("twin:make", [], { text: "apart" });
    await project.build([...project.targets(), twin]);
    const { entity } = await crateOf([...project.targets(), twin, project.target("later:make", [], { text: "later" })]);
    expect(entity("#run/later%3Amake")).toBeUndefined();
    expect(entity("#run/twin%3Amake")!.description).toMatch(/\. Made for apart:make, whose result this shares\.$/);
    expect(entity("#run/twin%3Amake")!.result).toEqual(ref("runs/twin/make/out.txt"));
  });

  it("names a file outside of the folder by its content, and tells no path of the machine", async () => {
    const other = new AuditedProject();
    try {
      const outside = other.write("secret place/recording.h5", "\x89HDF\r\n\x1a\n");
      const targets = [
        { ...project.target("own:make", [], { text: "own" }), inputs: [{ name: "file", file: outside }] },
        project.target("späß & more:make", ["own:make"], { text: "ä" }),
      ];
      await project.build(targets);
      const { crate, entity } = await crateOf(targets, { license: "Ask us." });
      const digest = project.open(targets).session.show("own:make").record!.inputs[0]!.digest;
      const id = `ni:///sha-256;${Buffer.from(digest, "hex").toString("base64url")}`;
      expect(entity("#run/own%3Amake")!.object).toContainEqual(ref(id));
      expect(entity(id)).toMatchObject({ name: "recording.h5", sha256: digest });
      expect(JSON.stringify(crate)).not.toContain("secret place");
      expect(JSON.stringify(crate)).not.toContain(project.dir);
      expect(entity("#run/sp%C3%A4%C3%9F%20%26%20more%3Amake")!.result).toEqual(
        ref("runs/sp%C3%A4%C3%9F%20%26%20more/make/out.txt"),
      );
      expect(entity("./")!.license).toBe("Ask us.");
    } finally {
      other.remove();
    }
  });

  it("is the same text for the same results", async () => {
    const text = async () => JSON.stringify((await crateOf(project.targets())).crate);
    expect(await text()).toBe(await text());
  });
});
