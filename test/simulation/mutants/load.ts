/** `node --import ./load.ts`, with the name of a mutant in MUTANT: the engine is loaded with that fault in it. */

import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { MUTANTS } from "./mutants.ts";

const name = process.env.MUTANT ?? "";
const mutant = MUTANTS.find((each) => each.name === name);
if (!mutant) throw new Error(`MUTANT=${name} is none of ${MUTANTS.map((each) => each.name).join(", ")}`);
const source = join(import.meta.dirname, "../../../src");
const edits = Map.groupBy(mutant.edits, ({ file }) => pathToFileURL(join(source, file)).href);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const here = edits.get(url);
    if (!here) return loaded;
    let text = String(loaded.source);
    for (const { file, from, to } of here) {
      if (text.split(from).length !== 2) throw new Error(`${name}: ${file} has not once ${from}`);
      text = text.replace(from, () => to);
    }
    return { ...loaded, source: text };
  },
});
