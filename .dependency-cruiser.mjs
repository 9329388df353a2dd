/**
 * The floors: which room may import what. Each row is one rule, its reason is what a person reads when it breaks.
 * `npm run floors` and test/architecture/floors.test.ts run it; type imports count, because they couple as much.
 */

const ANY_PACKAGE = "^node_modules/";
const NODE = "node:";
const COMMONJS = "node_modules/(yaml|gray-matter)/";
const PARSERS = "^node_modules/(yaml|gray-matter|unified|remark-parse|remark-gfm|@types/(mdast|unist))/";

/** A room may always import from itself. The other entries of `may` are rooms of src/, patterns, or Node's own modules. */
const ROOMS = [
  {
    room: "model",
    may: [],
    because: "Words and limits of the domain: everything else stands on them, so they stand on nothing.",
  },
  {
    room: "schema",
    may: ["model", "^node_modules/zod/"],
    because:
      "Shapes check what comes in; they know the words of the model and zod, and nothing of where data comes from.",
  },
  {
    room: "format",
    may: ["model", "schema", PARSERS],
    because: "Text to model and back is pure: no Node module, so that every format is tested without a disk.",
  },
  {
    room: "derive",
    may: ["model"],
    because: "State is a function of the snapshot alone; time, limits and hashes come in as data.",
  },
  {
    room: "decide",
    may: ["model"],
    because: "A decision is a function of state and policy alone, so that a dry run and a replay decide the same.",
  },
  {
    room: "policy",
    may: ["model"],
    because:
      "What an agent may do is judged from the order and the request alone, so that every judgement is tested without one.",
  },
  {
    room: "planning",
    may: ["model", "format"],
    because: "Plans are judged and printed as values; writing them is apply's work.",
  },
  {
    room: "view",
    may: ["model", "format"],
    because: "Every way in shows the same words, so what a person reads is made from values and touches nothing.",
  },
  {
    room: "doors",
    may: ["model", NODE, ANY_PACKAGE],
    because: "A door opens one outside thing and knows nothing of missions.",
  },
  {
    room: "repo",
    may: ["model", "format", "doors"],
    because: "The protocols on refs need the formats and the doors; who calls them and why is not their business.",
  },
  {
    room: "observe",
    may: ["model", "schema", "format", "doors", "repo"],
    because: "Looking has no opinion: it makes a snapshot and neither derives nor decides.",
  },
  {
    room: "apply",
    may: [
      "model",
      "schema",
      "format",
      "doors",
      "repo",
      "^src/derive/prompt-(input|history)[.]ts$",
      "^src/derive/consents[.]ts$",
      "^src/derive/model-choice[.]ts$",
      "^src/derive/workspace-fate[.]ts$",
      "^src/policy/sandbox[.]ts$",
      "^src/view/report-page[.]ts$",
    ],
    because:
      "Apply carries decisions out and never sets a status; the prompt needs derived facts and what a sandbox allows, a run its model, the closing commit the report, a deletion the proof.",
  },
  {
    room: "runner",
    may: ["model", "schema", "format", "policy", "doors", "repo"],
    because: "A run reads its order and no mission, so an order can be shipped to another machine as it is.",
  },
  {
    room: "pulse.ts",
    may: ["model", "doors", "observe", "derive", "decide", "apply"],
    because: "One pass is one sentence: observe, derive, decide, apply, report. Of the doors it knows the type.",
  },
  {
    room: "main.ts",
    may: ["cli", "doors", NODE],
    because: "The bin reads argv and environment and hands over; what a command does is in cli.",
  },
  ...["cli", "console", "mcp"].map((room) => ({
    room,
    mayNot: ["main.ts", ...["cli", "console", "mcp"].filter((other) => other !== room)],
    because: "Ways in stand side by side: what two of them need belongs to a floor below.",
  })),
];

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...ROOMS.map(roomRule),
    {
      name: "doors know the model by type",
      comment:
        "A door takes values and gives values; a rule of the domain inside it would be out of reach of pure tests.",
      severity: "error",
      from: { path: "^src/doors/" },
      to: { path: "^src/model/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "doors are handed in",
      comment: `Rooms take the interface of a door and get the door as an argument, so that tests hand in another one.
    doors/git.ts is free: it holds the interface and the error to catch, and opens nothing.`,
      severity: "error",
      from: { path: "^src/(repo|observe|apply|runner|pulse[.]ts)" },
      to: { path: "^src/doors/", pathNot: "^src/doors/git[.]ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "main.ts loads cli lazily",
      comment: "A static import would make --version pay for every command.",
      severity: "error",
      from: { path: "^src/main[.]ts$" },
      to: { path: "^src/cli/", dynamic: false },
    },
    {
      name: "observe parses lazily",
      comment: "Formats and shapes are needed only for blobs that were never seen; an idle pulse must not load them.",
      severity: "error",
      from: { path: "^src/observe/" },
      to: { path: "^src/(format|schema)/", dynamic: false, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "CommonJS packages come through a file of ours",
      comment: `\`await import("yaml")\` has no named exports in the bundle, unlike in Node. Import the package statically in
    a file that uses it, and load that file lazily.`,
      severity: "error",
      from: { path: "^src/" },
      to: { path: COMMONJS, dynamic: true },
    },
    {
      name: "no import cycles",
      comment: "Files in a cycle can only be read, moved and tested together.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "src stands alone",
      comment: "Tests and tools are not shipped.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|tools|dist)/" },
    },
    {
      name: "imports resolve",
      comment: "The file or package is not there; in this project imports are relative and end in .ts.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 7 has no parser that tools can call yet.
    parser: "swc",
    doNotFollow: { path: "node_modules" },
  },
};

/**
 * @param {{ room: string, may?: string[], mayNot?: string[], because: string }} row
 * @returns {import("dependency-cruiser").IForbiddenRuleType}
 */
function roomRule({ room, may, mayNot, because }) {
  const to = may ? allBut([room, ...may]) : { path: (mayNot ?? []).map(pattern) };
  return { name: `what ${room} may import`, comment: because, severity: "error", from: { path: pattern(room) }, to };
}

/**
 * @param {string[]} allowed
 * @returns {{ pathNot: string[], dependencyTypesNot?: ["core"] }}
 */
function allBut(allowed) {
  const pathNot = allowed.filter((entry) => entry !== NODE).map(pattern);
  return allowed.includes(NODE) ? { pathNot, dependencyTypesNot: ["core"] } : { pathNot };
}

/** @param {string} entry */
function pattern(entry) {
  if (entry.startsWith("^")) return entry;
  return entry.endsWith(".ts") ? `^src/${entry.replace(".", "[.]")}$` : `^src/${entry}/`;
}
