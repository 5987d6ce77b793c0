import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import cacache from "cacache";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CacacheStore } from "#lib/build/cacache-store.js";
import type { ContentStore } from "#lib/build/content-store.js";
import { MemoryStore } from "#lib/build/memory-store.js";
import { RecordStore } from "#lib/build/record-store.js";
import { storeHome } from "#lib/build/store-home.js";
import { sweepLeftovers } from "#lib/build/sweep-leftovers.js";
import { processName } from "#lib/process-name.js";
import { clockTick, ToyProject } from "./toy-project.js";

const digestOf = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const small = "small";
const big = Buffer.alloc(3 << 20, "abc");

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lfads-store-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(name: string, data: string | Buffer, mode = 0o644): string {
  const path = join(dir, name);
  writeFileSync(path, data, { mode });
  return path;
}

const contentOf = (digest: string) =>
  join(dir, "store/content-v2/sha256", digest.slice(0, 2), digest.slice(2, 4), digest.slice(4));

const stores: [string, () => ContentStore][] = [
  ["in memory", () => new MemoryStore()],
  ["in cacache", () => new CacacheStore(join(dir, "store"))],
  ["in cacache with hard links", () => new CacacheStore(join(dir, "store"), { hardLinks: true })],
];

describe.each(stores)("a store %s", (_, open) => {
  test.each([
    ["an empty file", ""],
    ["a small file", small],
    ["a big file", big],
  ])("gives back the content of %s under its digest", async (_, data) => {
    const store = open();
    const digest = await store.put(write("in", data), data.length);
    expect(digest).toBe(digestOf(data));
    expect(await store.put(write("same", data), data.length)).toBe(digest);
    expect(await store.has(digest)).toBe(true);
    expect(await store.get(digest, join(dir, "out"), 0o555)).toBe("ok");
    expect(readFileSync(join(dir, "out")).equals(Buffer.from(data))).toBe(true);
    expect(statSync(join(dir, "out")).mode & 0o777).toBe(0o555);
  });

  test("what it does not have is missing, and nothing is put in place", async () => {
    const store = open();
    expect(await store.has(digestOf(small))).toBe(false);
    expect(await store.get(digestOf(small), join(dir, "out"), 0o644)).toBe("missing");
    expect(existsSync(join(dir, "out"))).toBe(false);
  });
});

describe.each(stores.slice(1))("a store %s", (name, open) => {
  test("is one that cacache reads, and writes nothing beside its content", async () => {
    const store = open();
    for (const data of ["", small, big]) await store.put(write(`in${data.length}`, data), data.length);
    for (const data of [small, big]) {
      const integrity = `sha256-${Buffer.from(digestOf(data), "hex").toString("base64")}`;
      expect((await cacache.get.byDigest(join(dir, "store"), integrity)).equals(Buffer.from(data))).toBe(true);
    }
    expect(readdirSync(join(dir, "store")).sort()).toEqual(["content-v2", "size", "tmp"]);
    expect(readdirSync(join(dir, "store/tmp"))).toEqual([]);
  });

  test.each([
    ["small", small],
    ["big", big],
  ])("%s content that is corrupt is removed and not put in place; putting it again heals", async (_, data) => {
    const store = open();
    const digest = await store.put(write("in", data), data.length);
    chmodSync(contentOf(digest), 0o644);
    writeFileSync(contentOf(digest), "X".repeat(data.length));
    expect(await store.get(digest, join(dir, "out"), 0o644)).toBe("corrupt");
    expect(existsSync(join(dir, "out"))).toBe(false);
    expect(await store.has(digest)).toBe(false);
    await store.put(write("again", data), data.length);
    expect(await store.get(digest, join(dir, "out"), 0o644)).toBe("ok");
  });

  test("content that was put again since a collection began stays", async () => {
    const store = open();
    const digest = await store.put(write("a", small), small.length);
    await clockTick();
    const begun = statSync(write("clock", "")).ctimeMs;
    await clockTick();
    await store.put(write("again", small), small.length);
    await store.remove(digest, begun);
    expect(await store.has(digest)).toBe(true);
    await clockTick();
    await store.remove(digest, statSync(write("clock", "!")).ctimeMs);
    expect(await store.has(digest)).toBe(false);
  });

  test("putting a file over content that was cut off heals it", async () => {
    const store = open();
    const digest = await store.put(write("in", big), big.length);
    rmSync(join(dir, "in"));
    truncateSync(contentOf(digest), 1000);
    await store.put(write("again", big), big.length);
    expect(await store.get(digest, join(dir, "out"), 0o644)).toBe("ok");
  });

  test("a process that is killed while it puts leaves whole content only, and the next build sweeps the rest", async () => {
    const module = fileURLToPath(new URL("../../out/lib/build/cacache-store.js", import.meta.url));
    const size = 64 << 20;
    for (let i = 0; i < 8; i++) write(`in${i}`, Buffer.alloc(size, `${i}`));
    const script = `
      const { CacacheStore } = await import(${JSON.stringify(module)});
      const store = new CacacheStore(${JSON.stringify(join(dir, "store"))}, ${JSON.stringify({ hardLinks: name.includes("links") })});
      for (let i = 0; i < 8; i++) console.log(await store.put(${JSON.stringify(dir)} + "/in" + i, ${size}));
    `;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
    const first = await new Promise<string>((resolve) => child.stdout.once("data", (data) => resolve(String(data))));
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    const kept = (readdirSync(join(dir, "store/content-v2"), { recursive: true }) as string[])
      .map((path) => path.replaceAll("/", "").slice("sha256".length))
      .filter((digest) => digest.length === 64);
    expect(kept.length).toBeLessThan(8);
    expect(kept).toContain(first.split("\n")[0]);
    for (const digest of kept) expect(digestOf(readFileSync(contentOf(digest)))).toBe(digest);
    sweepLeftovers(dir, storeHome(dir), new RecordStore(join(dir, "actions")));
    expect(readdirSync(join(dir, "store/tmp"))).toEqual([]);
  });

  test("what a living process is about to store is not swept", async () => {
    await open().put(write("in", small), small.length);
    mkdirSync(join(dir, "store/tmp"), { recursive: true });
    writeFileSync(join(dir, "store/tmp", `${processName()}~7`), "half");
    sweepLeftovers(dir, storeHome(dir), new RecordStore(join(dir, "actions")));
    expect(readdirSync(join(dir, "store/tmp"))).toEqual([`${processName()}~7`]);
  });
});

test("a record that was used since a collection began stays", async () => {
  const records = new RecordStore(join(dir, "actions"));
  const key = "0".repeat(64);
  records.put({ format: 1, key, outputs: [] } as never);
  const begunMs = Date.now() - 1000;
  records.remove(key, begunMs);
  expect(records.get(key)).toBeDefined();
  records.remove(key, begunMs + 60_000);
  expect(records.get(key)).toBeUndefined();
});

describe("outputs that are hard links of what the store has", () => {
  let project: ToyProject;
  beforeEach(() => {
    project = new ToyProject();
    project.write("data.txt", "data");
    project.options = { store: new CacacheStore(project.path(".lfads/store"), { hardLinks: true }) };
  });
  afterEach(() => project.remove());
  const output = (name = "a") => project.path("runs", name, "x/out.txt");
  const inStore = () => {
    const digest = digestOf("data");
    return project.path(".lfads/store/content-v2/sha256", digest.slice(0, 2), digest.slice(2, 4), digest.slice(4));
  };

  test("are read-only, whether they were made or restored", async () => {
    const targets = [project.target("a:x", ["data.txt"])];
    await project.build(targets);
    expect(statSync(output())).toMatchObject({ ino: statSync(inStore()).ino, nlink: 2 });
    expect(statSync(output()).mode & 0o777).toBe(0o444);
    rmSync(project.path("runs"), { recursive: true });
    expect((await project.build(targets)).counts).toMatchObject({ restored: 1 });
    expect(statSync(output())).toMatchObject({ ino: statSync(inStore()).ino, nlink: 2 });
    expect(statSync(output()).mode & 0o777).toBe(0o444);
  });

  test("take their space once, also where several targets make the same; a corrupt copy is healed by the next", async () => {
    const a = project.target("a:x", ["data.txt"], { files: ["out.txt", "same.txt"] });
    await project.build([a]);
    expect(statSync(output())).toMatchObject({ ino: statSync(inStore()).ino, nlink: 3 });
    const b = { ...project.target("b:x", []), params: { text: "data" } };
    chmodSync(inStore(), 0o644);
    writeFileSync(inStore(), "DATA");
    await project.build([b]);
    expect(readFileSync(inStore(), "utf8")).toBe("data");
    expect(statSync(output("b"))).toMatchObject({ ino: statSync(inStore()).ino, nlink: 2 });
    expect(project.warnings()).toEqual([]);
  });

  test("stay fresh when another target gets the same file and when the store loses it; then only stats are taken", async () => {
    const a = project.target("a:x", ["data.txt"]);
    const b = project.target("b:x", ["data.txt"]);
    await project.build([a]);
    await clockTick();
    await project.build([a]);
    const other = { ...b, inputs: a.inputs };
    expect((await project.build([a, other])).counts).toMatchObject({ fresh: 1, restored: 1 });
    expect(statSync(output()).nlink).toBe(3);
    await clockTick();
    expect((await project.build([a, other])).counts).toMatchObject({ fresh: 2 });
    await clockTick();
    const state = readFileSync(project.path(".lfads/state"), "utf8");
    expect((await project.build([a, other])).counts).toMatchObject({ fresh: 2 });
    rmSync(inStore());
    expect((await project.build([a, other])).counts).toMatchObject({ fresh: 2 });
    expect(readFileSync(project.path(".lfads/state"), "utf8")).not.toBe(state);
    expect(project.warnings()).toEqual([]);
  });

  test("an edit in place reaches the store, which then counts as corrupt: the target runs again", async () => {
    const targets = [project.target("a:x", ["data.txt"])];
    await project.build(targets);
    chmodSync(output(), 0o644);
    writeFileSync(output(), "edit");
    await project.build(targets);
    expect(project.ran).toEqual(["a:x"]);
    expect(project.warnings().map(({ what }) => what)).toEqual([
      "The stored copy of out.txt was corrupt; it was removed and is made again.",
      "This output was edited since it was made; it is overwritten.",
    ]);
    expect(readFileSync(output(), "utf8")).toBe("data");
    expect(statSync(output()).ino).toBe(statSync(inStore()).ino);
  });

  test.runIf(existsSync("/dev/shm"))("on another file system than the store they are files of their own", async () => {
    const elsewhere = mkdtempSync("/dev/shm/lfads-store-");
    try {
      const targets = [{ ...project.target("a:x", ["data.txt"]), outDir: elsewhere }];
      await project.build(targets);
      expect(readFileSync(join(elsewhere, "out.txt"), "utf8")).toBe("data");
      expect(statSync(inStore()).nlink).toBe(1);
      rmSync(join(elsewhere, "out.txt"));
      expect((await project.build(targets)).counts).toMatchObject({ restored: 1 });
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });
});

/** Needs the right to mount and the programs that make such a file system, which CI has and a user's machine may not. */
function mountImage(type: "btrfs" | "xfs"): boolean {
  const image = join(dir, "image");
  spawnSync("truncate", ["-s", "400M", image]);
  if (spawnSync(`mkfs.${type}`, ["-q", image]).status !== 0) return false;
  mkdirSync(join(dir, "mount"));
  return spawnSync("mount", ["-o", "loop", image, join(dir, "mount")]).status === 0;
}

test.for(["btrfs", "xfs"] as const)(
  "on %s content takes its place once: store and output share blocks",
  async (type) => {
    if (!mountImage(type)) return console.warn(`skipped: ${type} cannot be mounted here`);
    const mount = join(dir, "mount");
    try {
      const size = 64 << 20;
      writeFileSync(join(mount, "in"), Buffer.alloc(size, "abc"));
      const used = () => {
        spawnSync("sync", ["-f", mount]);
        const { blocks, bfree, bsize } = statfsSync(mount);
        return (blocks - bfree) * bsize;
      };
      const before = used();
      const store = new CacacheStore(join(mount, "store"));
      const digest = await store.put(join(mount, "in"), size);
      expect(await store.get(digest, join(mount, "out"), 0o644)).toBe("ok");
      expect(used() - before).toBeLessThan(size / 8);
      writeFileSync(join(mount, "in"), "edited");
      writeFileSync(join(mount, "out"), "edited too");
      expect(await store.get(digest, join(mount, "again"), 0o644)).toBe("ok");
    } finally {
      spawnSync("umount", [mount]);
    }
  },
);
