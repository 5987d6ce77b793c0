import { defineConfig } from "vitest/config";

/** Suites that pack, install or train. Two files at a time: each uses more than one core only now and then. */
export default defineConfig({
  test: {
    include: ["test/slow/**/*.test.ts", "test/package/**/*.test.ts"],
    passWithNoTests: true,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
