/**
 * Bundles the program into dist/: main.js, what a start and an idle pulse load beside it, and one whole file each for the
 * commands, for the process that carries out a run and for the replayed worker. One file a process, because each file that
 * Node looks up, reads and links costs half a millisecond, and because a program that is installed anew meanwhile can't
 * take a file away that a running one has not loaded yet. Within a file everything behind `await import()` still waits
 * until it is asked for. What runs at every start and in an idle pulse must load nothing but Node's own modules; the build
 * fails where it does.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";

/** What main.ts loads by `await import()` in a file of its own, by the path that it writes. */
const PROGRAMS = /** @type {Record<string, string>} */ ({
  "./cli/program.ts": "program.js",
  "./cli/run/run-order.ts": "run-order.js",
  "./doors/runtimes/replay/replay-worker.ts": "replay-worker.js",
});
/** Stands in the bundles where the id of their own bytes is put in. */
const BUILD_MARK = "0-id-of-this-build-0";
const LOAD_PACKAGE =
  'const loadPackage=(file)=>process.getBuiltinModule("node:module").createRequire(import.meta.url)(file);';
const HOT_PATH = ["src/main.ts", "src/doors/quick-look.ts", "src/pulse.ts"];

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
const main = join(dist, "main.js");
const licencesFile = join(dist, "THIRD-PARTY-LICENSES.txt");
const { version } = readJson(join(root, "package.json"));

/** @type {import("esbuild").Plugin} */
const programsApart = {
  name: "programs-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\// }, ({ path, importer, kind }) => {
      const file = importer === join(root, "src", "main.ts") && kind === "dynamic-import" && PROGRAMS[path];
      return file ? { path: `./${file}`, external: true } : undefined;
    });
  },
};

/**
 * Node's own modules and the packages are loaded where they are first used, too: an `import` of one stands at the head of
 * the file and is carried out whether or not anything asks for it.
 * @type {import("esbuild").Plugin}
 */
const loadedLate = {
  name: "loaded-late",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z@]/ }, ({ path, kind }) => {
      if (isBuiltin(path)) return { path: path.replace(/^(?:node:)?/, "node:"), namespace: "builtin" };
      if (kind === "entry-point") return undefined;
      used.add(path);
      return { path, namespace: "package" };
    });
    onLoad({ filter: /^/, namespace: "builtin" }, async ({ path }) => ({ contents: await builtinLoadedLate(path) }));
    onLoad({ filter: /^/, namespace: "package" }, ({ path }) => ({
      contents: `
        const found = loadPackage("./${packageFile(path)}");
        module.exports = Object.keys(found).join() === "default" ? found.default : found;`,
    }));
  },
};

/** @type {Set<string>} */
const used = new Set();

/**
 * The exports of one of Node's modules, each of which looks the module up when it is called: `node:crypto` alone costs an
 * eighth of an empty start. What is no function and no object is looked up with the file.
 * @param {string} name
 */
async function builtinLoadedLate(name) {
  const load = `process.getBuiltinModule(${JSON.stringify(name)})`;
  const exports = Object.entries(await import(name)).filter(([key]) => key !== "default");
  return exports.map(([key, value]) => `export ${lateExport(`${load}.${key}`, key, value)};`).join("\n");
}

/**
 * @param {string} found
 * @param {string} key
 * @param {unknown} value
 */
function lateExport(found, key, value) {
  if (typeof value === "function" && !/^class\b/.test(String(value)) && /^[a-z]/.test(key))
    return `function ${key}(...args) { return ${found}(...args); }`;
  if (typeof value === "object" && value !== null)
    return `const ${key} = /* @__PURE__ */ new Proxy({}, { get: (_, key) => ${found}[key] })`;
  return `const ${key} = /* @__PURE__ */ (() => ${found})()`;
}
const first = await bundle({ main: "src/main.ts" }, { splitting: true, plugins: [programsApart] });
const programs = await Promise.all(
  Object.entries(PROGRAMS).map(([source, file]) =>
    bundle(
      { [file.replace(/\.js$/, "")]: join("src", source) },
      { plugins: [loadedLate], banner: { js: LOAD_PACKAGE } },
    ),
  ),
);
const libraries = await bundle(
  Object.fromEntries([...used].map((name) => [packageFile(name).replace(/\.cjs$/, ""), name])),
  { format: "cjs", outExtension: { ".js": ".cjs" } },
);
const bundles = [first, ...programs, libraries];
const inputs = Object.assign({}, ...bundles.map(({ metafile }) => metafile.inputs));

for (const source of HOT_PATH) {
  const slow = packagesLoadedWith(source);
  if (slow.length === 0) continue;
  console.error(`${source} loads ${slow.join(", ")} whenever it is loaded itself.
  expected  only Node's own modules: a package costs up to as much as an empty start of node
  next      put the import that leads there behind await import()`);
  process.exit(1);
}

const written = bundles.flatMap(({ outputFiles }) => outputFiles);
const identity = createHash("sha256");
for (const { text } of written) identity.update(text);
const id = identity.digest("hex").slice(0, 16);

mkdirSync(dist, { recursive: true });
// main.js last: it names the other files.
for (const { path, text } of written.toSorted(
  (one, other) => Number(one.path === main) - Number(other.path === main),
)) {
  replace(path, text.replaceAll(BUILD_MARK, id));
}
replace(licencesFile, licences());
removeLeftovers();

/** @param {string} name */
function packageFile(name) {
  return `${name.replace(/^@/, "").replaceAll("/", "-")}.cjs`;
}

/**
 * @param {Record<string, string>} entryPoints
 * @param {Pick<import("esbuild").BuildOptions, "splitting" | "plugins" | "banner" | "format" | "outExtension">} options
 */
async function bundle(entryPoints, options) {
  return build({
    absWorkingDir: root,
    entryPoints,
    outdir: "dist",
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22.12",
    define: { BUILT_VERSION: JSON.stringify(version), BUILT_ID: JSON.stringify(BUILD_MARK) },
    // Names stay as they are: the stack of an internal error is read by people.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
    ...options,
  }).catch(() => process.exit(1)); // esbuild has printed what is wrong and where.
}

/**
 * The packages that come along with a source file: through imports that are carried out with it.
 * @param {string} source
 */
function packagesLoadedWith(source) {
  const files = new Set([source]);
  // A set visits what is added during the walk.
  for (const file of files) {
    for (const { path, kind } of inputs[file]?.imports ?? []) if (kind === "import-statement") files.add(path);
  }
  return [...files].filter((file) => file.startsWith("package:"));
}

/** The licences of what is bundled ask for their text to travel along. */
function licences() {
  return packages(Object.keys(inputs)).map(licenceOf).join("\n");
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
  const current = new Set([licencesFile, ...written.map(({ path }) => path)]);
  for (const path of readdirSync(dist).map((name) => join(dist, name))) if (!current.has(path)) rmSync(path);
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
