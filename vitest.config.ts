import { defineConfig } from "vitest/config";

/** The core suite; what trains for longer, or packs and installs, is in test/slow and test/package. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/slow/**", "test/package/**", "node_modules/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
