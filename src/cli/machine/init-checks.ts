/** What a repository's own files say about how it is set up and checked. */

import type { Files } from "../../doors/files.ts";

export interface FoundChecks {
  /** Commands that a fresh checkout needs. */
  setup: readonly string[];
  /** Commands that tell whether the code is right, the quickest last word first. */
  verify: readonly string[];
  /** The files that say so. */
  from: readonly string[];
}

type Read = (name: string) => string | null;

/** Looks at the files at the top of the checkout; nothing is run. */
export function findChecks(files: Pick<Files, "readText">, folder: string): FoundChecks {
  const read: Read = (name) => files.readText(`${folder}/${name}`);
  const found = LANGUAGES.flatMap((look) => look(read) ?? []);
  // A Makefile's own target knows better than a language's habit.
  const make = lookAtMake(read);
  const verify = [...new Set([...found.flatMap((each) => each.verify), ...(make?.verify ?? [])])];
  return {
    setup: [...new Set(found.flatMap((each) => each.setup))],
    verify: found.length === 0 || verify.length === 0 ? (make?.verify ?? []) : verify,
    from: [...found.flatMap((each) => each.from), ...(make?.from ?? [])],
  };
}

const LANGUAGES: readonly ((read: Read) => FoundChecks | null)[] = [
  lookAtNode,
  lookAtPython,
  ...[
    { file: "Cargo.toml", setup: [], verify: ["cargo test"] },
    { file: "go.mod", setup: [], verify: ["go test ./..."] },
    { file: "mix.exs", setup: ["mix deps.get"], verify: ["mix test"] },
    { file: "pubspec.yaml", setup: ["dart pub get"], verify: ["dart test"] },
    { file: "gradlew", setup: [], verify: ["./gradlew check"] },
    { file: "pom.xml", setup: [], verify: ["mvn -q verify"] },
    { file: "Gemfile", setup: ["bundle install"], verify: ["bundle exec rake"] },
    { file: "composer.json", setup: ["composer install"], verify: ["composer test"] },
  ].map(lookFor),
];

function lookFor({ file, setup, verify }: { file: string; setup: string[]; verify: string[] }) {
  return (read: Read): FoundChecks | null => (read(file) === null ? null : { setup, verify, from: [file] });
}

const NODE_MANAGERS: readonly [lock: string, program: string, setup: string][] = [
  ["pnpm-lock.yaml", "pnpm", "pnpm install --frozen-lockfile"],
  ["yarn.lock", "yarn", "yarn install --frozen-lockfile"],
  ["bun.lock", "bun", "bun install --frozen-lockfile"],
  ["bun.lockb", "bun", "bun install --frozen-lockfile"],
  ["package-lock.json", "npm", "npm ci"],
];
/** In the order in which they are run. A name that npm itself knows needs no `run`. */
const NODE_SCRIPTS = ["types", "typecheck", "lint", "build", "test"];

function lookAtNode(read: Read): FoundChecks | null {
  const text = read("package.json");
  if (text === null) return null;
  const [lock, program = "npm", setup] = NODE_MANAGERS.find(([name]) => read(name) !== null) ?? [];
  const scripts = readScripts(text);
  const names = NODE_SCRIPTS.filter(
    (name) => scripts[name] !== undefined && !scripts[name]?.includes("no test specified"),
  );
  const verify = names.map((name) => (name === "test" ? `${program} test` : `${program} run ${name}`));
  return { setup: setup ? [setup] : [`${program} install`], verify, from: ["package.json", ...(lock ? [lock] : [])] };
}

function readScripts(text: string): Record<string, string> {
  try {
    const { scripts } = JSON.parse(text.replace(/^\uFEFF/, ""));
    return typeof scripts === "object" && scripts !== null ? scripts : {};
  } catch {
    return {};
  }
}

function lookAtPython(read: Read): FoundChecks | null {
  const from = ["pyproject.toml", "setup.cfg", "pytest.ini", "tox.ini", "requirements.txt"].filter(
    (name) => read(name) !== null,
  );
  if (from.length === 0) return null;
  const isTested = from.some((name) => name === "pytest.ini" || read(name)?.includes("pytest"));
  const project = read("pyproject.toml") ?? "";
  if (read("uv.lock") !== null)
    return { setup: ["uv sync"], verify: isTested ? ["uv run pytest"] : [], from: [...from, "uv.lock"] };
  if (project.includes("[tool.poetry]"))
    return { setup: ["poetry install"], verify: isTested ? ["poetry run pytest"] : [], from };
  const setup = from.includes("requirements.txt") ? ["pip install -r requirements.txt"] : [];
  return { setup, verify: isTested ? ["pytest"] : [], from };
}

function lookAtMake(read: Read): FoundChecks | null {
  const name = ["Makefile", "makefile", "GNUmakefile"].find((each) => read(each) !== null);
  if (name === undefined) return null;
  const targets = ["check", "test"].filter((target) => new RegExp(`^${target}\\s*:(?!=)`, "m").test(read(name) ?? ""));
  return targets[0] === undefined ? null : { setup: [], verify: [`make ${targets[0]}`], from: [name] };
}
