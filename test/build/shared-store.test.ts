// Several projects with one store: what one has made the others restore, and nobody collects what another needs.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CacacheStore } from "#lib/build/cacache-store.js";
import { type StoreHome, storeHome } from "#lib/build/store-home.js";
import { readStoreSize } from "#lib/build/store-size.js";
import type { Target } from "#lib/build/target.js";
import { clockTick, join_, rule, ToyProject } from "./toy-project.js";

let top: string;
let home: StoreHome;
let one: ToyProject;
let two: ToyProject;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "lfads-shared-"));
  home = storeHome(join(top, "shared"));
  [one, two] = [project(), project()];
});
afterEach(() => {
  for (const each of [one, two]) each.remove();
  rmSync(top, { recursive: true, force: true });
});

function project(): ToyProject {
  const made = new ToyProject();
  made.write("data.txt", "data");
  made.options = { home, store: new CacacheStore(home.contents) };
  return made;
}

const chain = (of: ToyProject, text = "two") => [
  of.target("c/a:x", ["data.txt"], { text: "one" }),
  of.target("c/b:x", ["c/a:x"], { text }),
];
const contents = () => [...new CacacheStore(home.contents).list()].length;
const members = () => (existsSync(home.projects) ? readdirSync(home.projects).length : 0);

async function collect(of: ToyProject, targets: readonly Target[]) {
  await clockTick();
  const { session } = of.open(targets);
  try {
    const { groups } = await session.collectGarbage({ reaches: [await session.reach()] });
    return groups.map(({ place }) => place);
  } finally {
    await session.close();
  }
}

describe("projects that share a store", () => {
  it("restore what another has made, and keep nothing of it in a folder of their own", async () => {
    expect((await one.build(chain(one))).counts).toMatchObject({ ran: 2 });
    expect((await two.build(chain(two, "other"))).counts).toMatchObject({ ran: 1, restored: 1 });
    expect(two.read("runs/c/a/x/out.txt")).toBe(one.read("runs/c/a/x/out.txt"));
    expect(contents()).toBe(3);
    expect([".lfads/store", ".lfads/actions"].filter((name) => existsSync(two.path(name)))).toEqual([]);
    expect((await two.build(chain(two, "other"))).counts).toMatchObject({ fresh: 2 });
    expect(readStoreSize(home.contents)?.bytes).toBeGreaterThan(0);
  });

  it("make a target that both want at the same time once", async () => {
    let running = 0;
    const slow = rule("join", async (context) => {
      running++;
      await new Promise((resolve) => setTimeout(resolve, 300));
      await join_.run(context);
    });
    for (const each of [one, two]) each.rules = { join: slow };
    const built = await Promise.all([one.build(chain(one)), two.build(chain(two))]);
    expect(running).toBe(2);
    const sum = (count: "ran" | "restored") => built.reduce((total, { counts }) => total + counts[count], 0);
    expect([sum("ran"), sum("restored")]).toEqual([2, 2]);
    expect(one.events.concat(two.events).filter(({ type }) => type === "waiting")).not.toEqual([]);
    expect(readdirSync(home.locks)).toEqual([]);
  });

  it("collect nothing that another one needs, until that needs it no more or is gone", async () => {
    await one.build(chain(one, "only one's"));
    await two.build(chain(two, "only two's"));
    expect(members()).toBe(2);
    expect(await collect(one, chain(one, "only one's"))).toEqual([]);
    rmSync(two.path("runs"), { recursive: true });
    expect((await two.build(chain(two, "only two's"))).counts).toMatchObject({ restored: 2, ran: 0 });

    await two.build(chain(two, "now this"));
    expect(await collect(one, chain(one, "only one's"))).toEqual([]);
    expect(await collect(two, chain(two, "now this"))).toEqual(["c/b"]);
    expect(contents()).toBe(3);
    two.remove();
    expect(await collect(one, chain(one, "only one's"))).toEqual(["c/b"]);
    expect([members(), contents()]).toEqual([1, 2]);
  });

  it("keep what a project needs that nobody can say who it is", async () => {
    await one.build(chain(one, "only one's"));
    await two.build(chain(two));
    for (const name of readdirSync(home.projects)) {
      const file = join(home.projects, name);
      const [head, ...keys] = readFileSync(file, "utf8").split("\n");
      if (head!.includes(two.dir)) writeFileSync(file, ["half a li", ...keys].join("\n"));
    }
    expect(await collect(one, chain(one, "only one's"))).toEqual([]);
    expect(contents()).toBe(3);
  });

  it("may share the store of one of them, which then counts as one that needs what it has built", async () => {
    const own = new CacacheStore(one.path(".lfads/store"));
    one.options = { store: own };
    await one.build(chain(one, "only one's"));
    expect(existsSync(one.path(".lfads/projects"))).toBe(false);
    two.options = { home: storeHome(one.path(".lfads")), store: own };
    await two.build(chain(two));
    rmSync(one.path("runs/c/b"), { recursive: true });
    await one.build(chain(one, "only one's"));
    expect(await collect(two, chain(two))).toEqual([]);
    rmSync(one.path("runs"), { recursive: true });
    expect((await one.build(chain(one, "only one's"))).counts).toMatchObject({ restored: 2 });
  });

  it("leave what killed builds of any of them left to the next", async () => {
    await one.build(chain(one));
    const dead = `999999999-1@${encodeURIComponent(hostname())}`;
    const left = [
      [join(home.contents, "tmp"), `${dead}~0`],
      [home.locks, `${"0".repeat(64)}.${dead}`],
      [two.path(".lfads/locks"), `state.${dead}`],
    ] as const;
    for (const [folder, name] of left) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, name), "");
    }
    await two.build(chain(two, "new"));
    for (const [folder] of left) expect(readdirSync(folder)).toEqual([]);
  });
});
