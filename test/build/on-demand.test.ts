import { existsSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ToyProject } from "./toy-project.js";

let project: ToyProject;
beforeEach(() => {
  project = new ToyProject();
});
afterEach(() => project.remove());

const targets = (text: string) => [
  project.target("c/a:part", [], { text }),
  project.target("c/b:part", [], { text: "other" }),
  project.target("c:page", ["c/a:part", "c/b:part"], {}, { onDemand: true }),
];

test("a build of everything leaves out what is made on demand, made before or not", async () => {
  expect(await project.build(targets("one"))).toMatchObject({ ok: true, counts: { total: 2, ran: 2 } });
  expect(existsSync(project.path("runs/c/page"))).toBe(false);

  expect(await project.build(targets("one"), { labels: ["c:page"] })).toMatchObject({ counts: { ran: 1, fresh: 2 } });
  expect(project.read("runs/c/page/out.txt")).toBe("one+other");

  await project.build(targets("two"));
  expect(project.ran).toEqual(["c/a:part"]);
  expect(project.read("runs/c/page/out.txt")).toBe("one+other");
});

test("asked for it comes with all that it needs, is fresh the second time, and stale when an input changes", async () => {
  await project.build(targets("one"), { labels: ["c:page"] });
  expect(project.ran.toSorted()).toEqual(["c/a:part", "c/b:part", "c:page"]);

  await project.build(targets("one"), { labels: ["c:page"] });
  expect(project.ran).toEqual([]);

  await project.build(targets("two"), { labels: ["c:page"] });
  expect(project.ran).toEqual(["c/a:part", "c:page"]);
  expect(project.read("runs/c/page/out.txt")).toBe("two+other");
});

test("the store keeps what is made on demand as it keeps all that the targets need", async () => {
  await project.build(targets("one"), { labels: ["c:page"] });
  const { session } = project.open(targets("one"));
  const { labels, keys } = await session.reach();
  expect([...labels].toSorted()).toEqual(["c/a:part", "c/b:part", "c:page"]);
  expect(keys).toContain(session.show("c:page").key);
  await session.close();
});
