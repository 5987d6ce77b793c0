import { defineConfig } from "vitest/config";

/** The core suite; what trains for longer, packs and installs, or kills is in test/slow, test/package and test/faults. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/slow/**", "test/package/**", "test/faults/**", "node_modules/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
