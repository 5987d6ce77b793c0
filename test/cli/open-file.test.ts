import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openFile } from "#lib/cli/open-file.js";

describe.runIf(process.platform === "linux")("a file that is opened", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "lfads-open-"));
    vi.stubEnv("PATH", `${dir}:/usr/bin:/bin`);
    vi.stubEnv("DISPLAY", ":7");
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(dir, { recursive: true, force: true });
  });
  const opener = (script: string) => {
    writeFileSync(join(dir, "xdg-open"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(dir, "xdg-open"), 0o755);
  };

  it("is handed to the desktop's opener by its path", async () => {
    opener(`printf %s "$1" > "${dir}/opened"`);
    expect(await openFile("/runs/a page.html")).toBeUndefined();
    expect(readFileSync(join(dir, "opened"), "utf8")).toBe("/runs/a page.html");
  });

  it("that the opener refuses, or without an opener or a display, is told with what to do", async () => {
    opener("exit 3");
    expect(await openFile("/runs/page.html")).toBe("xdg-open ended with 3. Open it in a browser.");
    rmSync(join(dir, "xdg-open"));
    vi.stubEnv("PATH", dir);
    expect(await openFile("/runs/page.html")).toBe("xdg-open cannot be run here. Open it in a browser.");
    vi.stubEnv("DISPLAY", "");
    vi.stubEnv("WAYLAND_DISPLAY", "");
    const where = "there is no display here. Open it where there is one; it needs no other file.";
    expect(await openFile("/runs/page.html")).toBe(where);
  });
});
