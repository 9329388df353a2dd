/**
 * The worker of journeys: a shell script outside of every repository that does what a file for the feature and attempt says.
 * It is told what to do at any time, without a commit, and keeps each prompt that it was given.
 */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SCRIPT = `W=$(dirname "$0")
WHAT=$MISSION_FEATURE
[ "$MISSION_RUN_KIND" = work ] || WHAT=$MISSION_RUN_KIND-$MISSION_FEATURE
cp "$MISSION_PROMPT_FILE" "$W/prompts/$WHAT.$MISSION_ATTEMPT.md"
# The script waits here for as long as a test holds it.
hold() { touch "$W/waiting.$WHAT"; while [ -e "$W/hold.$WHAT" ]; do sleep 0.02; done; }
commit() { git add -A && git commit -qm "\${1:-Work on $MISSION_FEATURE}"; }
for part in "$WHAT.$MISSION_ATTEMPT" "$WHAT" "default-$MISSION_RUN_KIND" default; do
  if [ -f "$W/$part.sh" ]; then . "$W/$part.sh"; exit $?; fi
done
`;

const DEFAULT = `echo "hello $MISSION_FEATURE" > "$MISSION_FEATURE.txt"
commit
echo "DONE: wrote it"
`;

export class Worker {
  readonly folder: string;
  /** The script that a `command` runtime starts with `sh`. */
  readonly script: string;

  constructor(folder: string) {
    this.folder = folder;
    this.script = join(folder, "worker.sh");
    mkdirSync(join(folder, "prompts"), { recursive: true });
    writeFileSync(this.script, SCRIPT);
    writeFileSync(join(folder, "default.sh"), DEFAULT);
  }

  /**
   * What the worker of a feature does, from now on: shell text, in the workspace, with `commit [message]` and `hold`.
   * `schema` for each attempt at it, `schema.2` for the second, `review-schema` for its reviewers, `default` for every feature
   * without words of its own, `default-review` for every review.
   */
  does(what: string, script: string): void {
    writeFileSync(join(this.folder, `${what}.sh`), `${script}\n`);
  }

  /** Lets the workers of a feature wait where their script says `hold`, until `release`. */
  hold(feature: string): void {
    writeFileSync(join(this.folder, `hold.${feature}`), "");
  }

  release(feature: string): void {
    rmSync(join(this.folder, `hold.${feature}`), { force: true });
  }

  /** Whether a worker of the feature has come to its `hold`. */
  isWaiting(feature: string): boolean {
    return existsSync(join(this.folder, `waiting.${feature}`));
  }

  /** What the worker of an attempt was told. */
  prompt(feature: string, attempt = 1): string {
    return readFileSync(join(this.folder, "prompts", `${feature}.${attempt}.md`), "utf8");
  }
}
