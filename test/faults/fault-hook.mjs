/**
 * Loaded before lfads (`node --import`) in the build and in its children: counts what they do to the files of the
 * project, and at one moment kills, holds or fails. What to do is told by LFADS_FAULT; see `Fault` in faulty-build.ts.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";

const fault = JSON.parse(process.env.LFADS_FAULT ?? "{}");
const role = /[/\\]child\.js$/.test(process.argv[1] ?? "") ? "child" : "build";
const buildPid = role === "child" ? process.ppid : process.pid;
const root = `${fs.realpathSync(process.cwd())}/`;
const counts = new Map();
const { appendFileSync, existsSync, readFileSync, readlinkSync, writeFileSync, writeSync, openSync } = fs;

/** `.lfads/store/tmp/…` → store/tmp; `runs/…` → runs; undefined outside the project. */
function placeOf(path) {
  if (typeof path === "number") {
    try {
      path = readlinkSync(`/proc/self/fd/${path}`);
    } catch {
      return undefined;
    }
  }
  const text = path instanceof URL ? path.pathname : String(path);
  const inside = text.startsWith(root) ? text.slice(root.length) : text.startsWith("/") ? undefined : text;
  if (inside === undefined) return undefined;
  const [top, second, third] = inside.split("/");
  if (top !== ".lfads") return top.includes(".") ? "top" : top;
  if (second === undefined) return ".lfads";
  if (second === "store") return `store/${third ?? ""}`;
  return second.startsWith(".") ? "aside" : second.replace(/\..*$/, "");
}

/** Once in all processes of the build: the first to make the file. */
function first() {
  try {
    writeFileSync(fault.once, `${role} ${process.pid}`, { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function kill(victim) {
  if (victim === "group") process.kill(-buildPid, "SIGKILL");
  else if (victim === "build") process.kill(buildPid, "SIGKILL");
  else if (role === "child") process.kill(process.pid, "SIGKILL");
  else for (const pid of childrenOf(process.pid)) process.kill(pid, "SIGKILL");
}

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function strike(path) {
  if (!first()) return;
  if (fault.kill) kill(fault.kill);
  if (fault.shell) spawnSync("sh", ["-c", fault.shell], { stdio: "ignore" });
  if (fault.hold) while (!existsSync(fault.hold)) sleep(5);
  // As in Node, a call that takes a descriptor tells no path.
  const where = typeof path === "number" ? {} : { path: String(path) };
  if (fault.error) throw Object.assign(new Error(`${fault.error}: made up`), { code: fault.error, ...where });
}

/** Whether this call is the one. */
function isMoment(kind, path) {
  const place = placeOf(path);
  if (place === undefined) return false;
  const name = `${role} ${kind} ${place}`;
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  if (fault.census) appendFileSync(fault.census, `${name}\n`);
  return fault.moment === name && fault.nth === count;
}

/** Half of it is written when the process dies. */
function tear(kind, args) {
  const [target, data] = args;
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  if (kind !== "write" || !ArrayBuffer.isView(bytes)) return;
  const half = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
  if (typeof target === "number") writeSync(target, half);
  else writeFileSync(openSync(target, "w"), half);
}

/** `at`: which argument is the path; a rename counts where it goes to. */
function patch(object, name, kind, at = 0) {
  const original = object[name];
  object[name] = function patched(...args) {
    if (kind === "open" && !/[wa+]/.test(String(args[1] ?? "r")) && !(Number(args[1]) & 3)) {
      return original.apply(this, args);
    }
    if (!isMoment(kind, args[at])) return original.apply(this, args);
    if (fault.when === "torn") tear(kind, args);
    if (fault.when !== "after") {
      strike(args[at]);
      return original.apply(this, args);
    }
    const result = original.apply(this, args);
    if (!(result instanceof Promise)) {
      strike(args[at]);
      return result;
    }
    return result.then((value) => {
      strike(args[at]);
      return value;
    });
  };
}

if (isMainThread) {
  if (fault.clockMs) {
    const RealDate = Date;
    const now = () => RealDate.now() + fault.clockMs;
    globalThis.Date = class extends RealDate {
      constructor(...args) {
        super(...(args.length === 0 ? [now()] : args));
      }
      static now() {
        return now();
      }
    };
  }
  for (const [name, kind, at] of [
    ["rename", "rename", 1],
    ["link", "link", 1],
    ["symlink", "symlink", 1],
    ["unlink", "remove"],
    ["rm", "remove"],
    ["rmdir", "remove"],
    ["mkdir", "mkdir"],
    ["copyFile", "write", 1],
    ["writeFile", "write"],
    ["appendFile", "write"],
  ]) {
    patch(fs, `${name}Sync`, kind, at);
    patch(fs.promises, name, kind, at);
  }
  patch(fs, "openSync", "open");
  patch(fs, "open", "open");
  for (const name of ["writeSync", "write", "writev"]) patch(fs, name, "write");
  syncBuiltinESMExports();
}
