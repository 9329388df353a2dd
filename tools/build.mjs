/**
 * Bundles src/main.ts into dist/, split where the source says `await import()`. What runs at every start and in an idle
 * pulse must load nothing but Node's own modules; the build fails where it does.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const HOT_PATH = ["src/main.ts", "src/pulse.ts"];

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
const main = join(dist, "main.js");
const licencesFile = join(dist, "THIRD-PARTY-LICENSES.txt");
const { version } = readJson(join(root, "package.json"));

const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22.12",
  define: { BUILT_VERSION: JSON.stringify(version) },
  // Names stay as they are: the stack of an internal error is read by people.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  metafile: true,
  write: false,
  logLevel: "warning",
}).catch(() => process.exit(1)); // esbuild has printed what is wrong and where.

for (const source of HOT_PATH) {
  const slow = packagesLoadedWith(source);
  if (slow.length === 0) continue;
  console.error(`${source} loads ${slow.join(", ")} whenever it is loaded itself.
  expected  only Node's own modules: a package costs up to as much as an empty start of node
  next      put the import that leads there behind await import()`);
  process.exit(1);
}

mkdirSync(dist, { recursive: true });
// main.js last: it names the other files.
const mainLast = outputFiles.toSorted((one, other) => Number(one.path === main) - Number(other.path === main));
for (const { path, text } of mainLast) replace(path, withRequire(text));
replace(licencesFile, licences());
removeLeftovers();

/**
 * What comes along with a source file, through static imports of chunks.
 * @param {string} source
 */
function packagesLoadedWith(source) {
  const chunks = new Set(
    Object.keys(metafile.outputs).filter((chunk) => source in (metafile.outputs[chunk]?.inputs ?? {})),
  );
  // A set visits what is added during the walk.
  for (const chunk of chunks) {
    for (const { path, kind } of metafile.outputs[chunk]?.imports ?? [])
      if (kind === "import-statement") chunks.add(path);
  }
  return packages([...chunks].flatMap((chunk) => Object.keys(metafile.outputs[chunk]?.inputs ?? {})));
}

/**
 * Packages in CommonJS ask for Node's modules by `require`, which a module has not. esbuild puts that call into one
 * chunk, so only that one pays for making a `require`.
 * @param {string} text
 */
function withRequire(text) {
  if (!text.includes("typeof require")) return text;
  return `import{createRequire}from"node:module";const require=createRequire(import.meta.url);${text}`;
}

/** The licences of what is bundled ask for their text to travel along. */
function licences() {
  return packages(Object.keys(metafile.inputs)).map(licenceOf).join("\n");
}

/** @param {string} folder */
function licenceOf(folder) {
  const manifest = readJson(join(root, folder, "package.json"));
  const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(root, folder, file), "utf8").trim() : `Licence: ${manifest.license}`;
  return `${manifest.name} ${manifest.version}\n\n${text}\n`;
}

/**
 * The package folders that some source files belong to.
 * @param {string[]} files
 */
function packages(files) {
  const folders = files.flatMap((file) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

/**
 * In one step, and only if it differs: a test or a person may be running the program from dist/.
 * @param {string} path
 * @param {string} text
 */
function replace(path, text) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  writeFileSync(`${path}.new`, text, { mode: path === main ? 0o755 : 0o644 });
  renameSync(`${path}.new`, path);
}

function removeLeftovers() {
  const current = new Set([licencesFile, ...outputFiles.map(({ path }) => path)]);
  for (const path of readdirSync(dist).map((name) => join(dist, name))) if (!current.has(path)) rmSync(path);
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
