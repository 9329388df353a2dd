/**
 * Runs before every test file: a home, a git configuration and a temp folder of its own, so that no test reads the
 * machine's or another test's, and all of it gone afterwards.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const root = realpathSync(mkdtempSync(join(tmpdir(), "git-mission-test-")));
const home = join(root, "home");
const temp = join(root, "tmp");
const gitConfig = join(home, ".gitconfig");
mkdirSync(home);
mkdirSync(temp);
writeFileSync(
  gitConfig,
  `[user]
\tname = Test Person
\temail = test@example.com
[init]
\tdefaultBranch = main
`,
);

// A test run started by a git hook inherits GIT_DIR and friends, which would point every git here at the outer repository.
for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) delete process.env[name];

// No test works on the account of whoever runs it.
const ACCOUNT = /^(?:ANTHROPIC|CLAUDE|OPENAI|CODEX|GEMINI|GOOGLE|OPENCODE|QWEN|COPILOT)_/;
for (const name of Object.keys(process.env)) if (ACCOUNT.test(name)) delete process.env[name];

Object.assign(process.env, {
  HOME: home,
  XDG_CONFIG_HOME: join(home, ".config"),
  XDG_STATE_HOME: join(home, ".local", "state"),
  XDG_CACHE_HOME: join(home, ".cache"),
  XDG_DATA_HOME: join(home, ".local", "share"),
  TMPDIR: temp,
  GIT_CONFIG_GLOBAL: gitConfig,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
});

const cwd = process.cwd();
afterAll(() => {
  process.chdir(cwd);
  // A process that a test has just ended may still be writing its last file.
  rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});
