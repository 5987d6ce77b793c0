import { defineConfig } from "vitest/config";

/** Suites that pack, install or train; one file at a time, because they use all cores themselves. */
export default defineConfig({
  test: {
    include: ["test/slow/**/*.test.ts", "test/package/**/*.test.ts"],
    passWithNoTests: true,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: "forks",
    maxWorkers: 1,
  },
});
