import { rmSync } from "node:fs";
import { type HalfObject, listHalfObjects } from "../../../doors/git/debris/git-files.ts";
import { type GitRunner, makeRunner } from "../../../doors/git/process/spawn.ts";
import { durationText } from "../../../view/time.ts";
import { bad, type Found, type Mended, mendable, mended, note, type Place, type PlaceCheck } from "./check.ts";
import { quote } from "./locks.ts";

/** A slow transfer may be at its files that long without writing. */
const YOUNG_MS = 60 * 60_000;
/** Without `--refetch` git (2.36 and newer) asks for nothing that its refs say it has. */
const REFETCH = "git fetch --refetch";
/** Looking at every object of a large repository is a person's to ask for. */
const FSCK_MS = 10_000;

/** Half-written objects and objects that are missing. */
export const checkObjects: PlaceCheck = async (place) => {
  const { doors, env } = place.context;
  const runner = makeRunner(doors.git.gitDir, env);
  const halves = listHalfObjects(doors.git.gitDir, doors.clock.now());
  return [...(await checkHalves(place, runner, halves)), ...(await checkMissing(place, runner))];
};

async function checkHalves(
  { context: { doors } }: Place,
  runner: GitRunner,
  halves: readonly HalfObject[],
): Promise<Found[]> {
  const { debris } = doors;
  const isAtWork = () => debris.findLiveGit() !== "none";
  const temporary = halves.filter(({ kind, ageMs }) => kind === "temporary" && ageMs >= YOUNG_MS);
  const lonely = halves.filter(({ kind }) => kind === "pack without index" || kind === "index without pack");
  const oldest = Math.max(0, ...temporary.map(({ ageMs }) => ageMs));
  const leftovers = `${temporary.length} half-written object ${temporary.length === 1 ? "file is" : "files are"} left, up to ${durationText(oldest)} old`;
  return [
    ...(temporary.length === 0
      ? []
      : [
          mendable(note(["objects-temporary", "objects", leftovers], "git gc"), "deletes them", async () => {
            if (isAtWork()) return { kind: "left", reason: "a git is at work here" };
            for (const { path } of temporary) rmSync(path, { recursive: true, force: true });
            return mended("they are deleted; no name led to them");
          }),
        ]),
    ...lonely.map(({ path, kind }) =>
      mendable(
        note(
          [
            "pack-half",
            "objects",
            kind === "index without pack" ? `${path} has no pack` : `${path} has no index: git does not see it`,
          ],
          kind === "index without pack" ? `rm ${quote(path)}` : `git index-pack ${quote(path)}`,
        ),
        kind === "index without pack" ? "sets it aside" : "makes the index, or sets the pack aside if it is not whole",
        () => mendPack(runner, debris, path, kind),
      ),
    ),
  ];
}

async function mendPack(
  runner: GitRunner,
  debris: Place["context"]["doors"]["debris"],
  path: string,
  kind: HalfObject["kind"],
): Promise<Mended> {
  if (debris.findLiveGit() !== "none") return { kind: "left", reason: "a git is at work here" };
  if (kind === "pack without index" && (await runner.run(["index-pack", path])).exitCode === 0)
    return mended("its objects can be read again");
  return mended(`it lies in ${debris.setAside(path)} now`);
}

/** `--connectivity-only` tells everything that a ref leads to and that is not there, without reading file contents. */
async function checkMissing(place: Place, runner: GitRunner): Promise<Found[]> {
  const flags = ["--connectivity-only", "--no-dangling", "--no-progress", "--no-reflogs"];
  const output = await runner.run(["fsck", ...flags], { timeoutMs: FSCK_MS });
  if (output.timedOut) {
    const text = `not all objects were looked at in ${FSCK_MS / 1000} s: the repository is large`;
    return [note(["objects-unchecked", "objects", text], "git fsck --connectivity-only")];
  }
  const words = `${output.stdout.toString("utf8")}\n${output.stderr}`;
  const missing = [...words.matchAll(/^(?:error: )?missing (?:blob|tree|commit|tag|object) ([0-9a-f]{40,64})/gm)].map(
    ([, oid]) => oid ?? "",
  );
  const empty = listHalfObjects(runner.gitDir, place.context.doors.clock.now()).filter(
    ({ kind }) => kind === "empty object",
  );
  const lost = [...new Set([...missing, ...brokenIn(words)])];
  if (lost.length === 0 && empty.length === 0) return [];
  const { remote } = place.standing;
  const first = lost[0]?.slice(0, 10) ?? "";
  const text = `${Math.max(lost.length, empty.length)} ${lost.length + empty.length === 1 ? "object is" : "objects are"} missing or empty${first ? `: ${first}${lost.length > 1 ? ", ..." : ""}` : ""}`;
  const next = `${REFETCH} ${remote ?? "<another clone of this repository>"}`;
  const found = bad(["object-missing", "objects", text], next);
  if (remote === null && empty.length === 0) return [found];
  const fix =
    remote === null ? "sets empty object files aside, so that a fetch can bring them" : `fetches them from ${remote}`;
  return [mendable(found, fix, () => refetch(place, runner, empty))];
}

function brokenIn(words: string): string[] {
  return [
    ...words.matchAll(
      /invalid sha1 pointer ([0-9a-f]{40,64})|object file \S+\/([0-9a-f]{2}\/[0-9a-f]{38,62}) is empty/g,
    ),
  ]
    .flatMap(([, pointer, file]) => pointer ?? file?.replace("/", "") ?? [])
    .filter((oid) => !/^0+$/.test(oid));
}

/** An empty object file keeps git from writing the object again. */
async function refetch(
  { standing, context: { doors } }: Place,
  runner: GitRunner,
  empty: readonly HalfObject[],
): Promise<Mended> {
  for (const { path } of empty) doors.debris.setAside(path);
  const { remote, refPrefix } = standing;
  if (remote === null)
    return { kind: "left", reason: "empty object files are set aside; nothing here has what they held" };
  const kept = ["ledger", "in", "salvage"].map((kind) => `${refPrefix}/${kind}/*:${refPrefix}/${kind}/*`);
  const refspecs = [`+refs/heads/*:refs/remotes/${remote}/*`, ...kept];
  // 1 when a ref was not moved, as with a ledger that was rewound there: its objects came all the same.
  const args = ["fetch", "-q", "--refetch", "--no-tags", "--no-write-fetch-head", "--", remote, ...refspecs];
  const output = await runner.run(args, { reachesRemote: true });
  if (output.exitCode === null || output.exitCode > 1)
    return { kind: "left", reason: output.stderr.trim().split("\n").at(-1) ?? "the fetch failed" };
  const again = await runner.run(["fsck", "--connectivity-only", "--no-dangling", "--no-progress", "--no-reflogs"], {
    timeoutMs: FSCK_MS,
  });
  if (again.exitCode !== 0)
    return {
      kind: "left",
      reason: `${remote} does not have all of them`,
      next: `git fsck --connectivity-only, then ${REFETCH} <another clone of this repository>`,
    };
  return mended(`they came from ${remote}`);
}
