import { defineConfig } from "vitest/config";

/** Kills, damage, full disks: every test runs the real command in a folder of its own, two at once. */
export default defineConfig({
  test: {
    include: ["test/faults/**/*.test.ts"],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 1,
    maxConcurrency: 2,
  },
});
