import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/build.ts"],
    setupFiles: ["test/environment.ts"],
    // Processes, not threads: tests change the environment and the working directory.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The JSON is what .ci/run counts.
    reporters: ["default", "json"],
    outputFile: { json: "node_modules/.cache/test-results.json" },
  },
});
