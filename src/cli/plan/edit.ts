import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { openPerson } from "../../doors/person/person-git.ts";
import { parseMissionFiles } from "../../format/mission-files.ts";
import type { Finding } from "../../model/finding.ts";
import { saveEdits } from "../../repo/save.ts";
import { isSame, readVersions } from "../../repo/save-settle.ts";
import { renderFindings } from "../../view/findings.ts";
import { type Command, type Context, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { lookToWrite, refuseInsideRun } from "../control/control-records.ts";
import { pageOf, type Sight } from "../read/look.ts";
import { type EditSaved, readFile, readThingFile, resolveSaved, saveFileEdit, type ThingFile } from "./edit-file.ts";
import { demandSaved, openSaveWorld, savedLine } from "./save-world.ts";

export const command: Command = {
  name: "edit",
  summary: "open the saved version in your editor",
  group: "change",
  arguments: [{ usage: "<thing>", about: "a mission, milestone or feature, or crm/contract" }],
  options: [],
  example: "mission edit crm/schema",
  async run(context, args) {
    refuseInsideRun(context, "edit");
    const [word = ""] = args.words;
    const sight = await lookToWrite(context);
    const file = await findFile(context, sight, word);
    const inPlace = await findInPlace(context, sight, file);
    const saved =
      inPlace === null ? await editCopy(context, sight, file) : await editInPlace(context, sight, file, inPlace);
    if (context.json) printJson(context, { schema: 1, thing: file.name, path: file.path, saved: saved?.saved ?? [] });
    else if (saved === null) context.screen.print(`${file.name} is unchanged.`);
    else context.screen.print([...saved.saved.map(savedLine(saved.remote)), ...saved.notes].join("\n"));
    return 0;
  },
};

async function findFile(context: Context, sight: Sight, word: string): Promise<ThingFile> {
  const [, id = ""] = /^([^/]+)\/contract$/.exec(word) ?? [];
  const mission = sight.state.missions.find((each) => each.id === id);
  if (mission) return readFile(context, sight.snapshot, { name: word, mission, path: `${mission.path}/contract.md` });
  return readThingFile(context, sight, resolveSaved(context, sight, word));
}

/** The checkout's own file where it is the saved version and lies on a branch that a save commits on; else null. */
async function findInPlace(context: Context, { snapshot }: Sight, file: ThingFile): Promise<string | null> {
  const { git, worktree } = context.doors;
  const { checkout } = openPerson(context.doors);
  if (checkout === null || worktree === null) return null;
  const { ref } = await checkout.readHead();
  const branches = [snapshot.defaultBranch.name, file.branch].map((branch) => `refs/heads/${branch}`);
  if (ref === null || !branches.includes(ref)) return null;
  const [saved, disk] = [await readVersions(git, file.tip, [file.path]), await checkout.readFiles([file.path])];
  return isSame(saved.get(file.path) ?? null, disk.get(file.path) ?? null) ? join(worktree, file.path) : null;
}

async function editInPlace(
  context: Context,
  { snapshot }: Sight,
  file: ThingFile,
  path: string,
): Promise<EditSaved | null> {
  const before = readFileSync(path);
  openEditor(context, await chooseEditor(context), path);
  const after = readFileSync(path);
  if (after.equals(before)) return null;
  tellFindings(context, file, after);
  const world = await openSaveWorld(context, snapshot.defaultBranch.name);
  const result = await saveEdits(world, { paths: [file.path], message: `Edit ${file.name}` });
  return { ...demandSaved(result), remote: world.authority.remote };
}

/** What could not be saved is kept: the person typed it. */
async function editCopy(context: Context, sight: Sight, file: ThingFile): Promise<EditSaved | null> {
  const folder = mkdtempSync(join(tmpdir(), "mission-edit-"));
  const copy = join(folder, basename(file.path));
  writeFileSync(copy, file.bytes);
  openEditor(context, await chooseEditor(context), copy);
  const bytes = readFileSync(copy);
  if (bytes.equals(file.bytes)) {
    rmSync(folder, { recursive: true });
    return null;
  }
  tellFindings(context, file, bytes);
  try {
    const { branch, tip, path, mode, name } = file;
    const edit = { branch, tip, files: new Map([[path, { mode, bytes }]]), message: `Edit ${name}` };
    const saved = await saveFileEdit(context, sight, edit);
    rmSync(folder, { recursive: true });
    return saved;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(
      error.code,
      `${error.message}\n         what you typed is in ${copy}`,
      error.next,
      error.exitCode,
    );
  }
}

async function chooseEditor({ doors: { git }, env, screen }: Context): Promise<string> {
  const editor = env.VISUAL || env.EDITOR || (await git.readConfig("core.editor"));
  if (editor) return editor;
  if (screen.canAsk) return "vi";
  throw new CommandError(
    "no-editor",
    "there is no editor to open",
    "EDITOR=... mission edit, or edit the file and mission save",
  );
}

/** By the shell, as git does: an editor may have arguments. The path is no part of the shell's text. */
function openEditor({ env, json }: Context, editor: string, path: string): void {
  const stdout = json ? 2 : "inherit";
  const { status, error } = spawnSync("sh", ["-c", `${editor} "$@"`, "editor", path], {
    stdio: ["inherit", stdout, "inherit"],
    env: { ...env },
  });
  if (status === 0) return;
  const why = error?.message ?? `it ended with ${status ?? "a signal"}`;
  throw new CommandError(
    "editor",
    `the editor ${editor} did not end well (${why}): nothing was saved`,
    "mission edit again",
    1,
  );
}

function tellFindings(context: Context, file: ThingFile, bytes: Uint8Array): void {
  const findings = checkBytes(context, file, bytes);
  if (findings.length > 0) context.screen.warn(renderFindings(findings, [], pageOf(context)).join("\n"));
}

/** What the file itself shows; what only the whole mission shows is told by `mission check`. */
function checkBytes({ doors }: Context, { mission, path, mode }: ThingFile, bytes: Uint8Array): readonly Finding[] {
  const source = { path, mode, blob: "", bytes };
  return parseMissionFiles(mission.root, mission.id, [source], doors.hash).findings.filter(({ file }) => file === path);
}
