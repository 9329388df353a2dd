import { defineConfig } from "vitest/config";

/** The real agents: `npm run e2e` installs them first. */
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.e2e.ts"],
    globalSetup: ["test/build.ts"],
    setupFiles: ["test/environment.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 180_000,
    // What OpenCode leaves in a home are thousands of files, which go after the last test.
    hookTimeout: 60_000,
    reporters: ["default", "json"],
    outputFile: { json: "node_modules/.cache/e2e-results.json" },
  },
});
