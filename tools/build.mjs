/**
 * Bundles src/main.ts into dist/. The start of the program (`dist/main.js` and what it imports statically) must load
 * nothing but Node's own modules, so the bundle is split where the source says `await import()`.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
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
});

const slow = packagesLoadedAtStart();
if (slow.length > 0) {
  console.error(`src/main.ts loads ${slow.join(", ")} at every start.
  expected  only Node's own modules before the command is known: each package costs more than all the rest of a start
  next      put the import that leads there behind await import()`);
  process.exit(1);
}

mkdirSync(dist, { recursive: true });
for (const { path, text } of outputFiles) writeFileSync(path, withRequire(text));
chmodSync(join(dist, "main.js"), 0o755);
writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), licences());
removeLeftovers();

/** @returns {string[]} */
function packagesLoadedAtStart() {
  const seen = new Set(["dist/main.js"]);
  // A set visits what is added during the walk.
  for (const chunk of seen) {
    for (const { path, kind } of metafile.outputs[chunk]?.imports ?? [])
      if (kind === "import-statement") seen.add(path);
  }
  return packages([...seen].flatMap((chunk) => Object.keys(metafile.outputs[chunk]?.inputs ?? {})));
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

/** Last, so that a program running from dist/ finds its files until the new ones are there. */
function removeLeftovers() {
  const current = new Set(outputFiles.map(({ path }) => basename(path)).concat("THIRD-PARTY-LICENSES.txt"));
  for (const name of readdirSync(dist)) if (!current.has(name)) rmSync(join(dist, name), { recursive: true });
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
