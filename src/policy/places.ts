/** Paths by what they are: the run's own, the machine's, the person's, or what opens doors. */

import { matchesGlob } from "../model/glob.ts";
import type { PermissionPolicy, Places } from "../model/permission.ts";
import { type Finding, green, red, yellow } from "./finding.ts";

export type Access = "read" | "write" | "delete";
type Around = Pick<PermissionPolicy, "places" | "paths">;

/** Keys, sign-ins and whatever else proves who somebody is, wherever it lies. */
const CREDENTIALS = [
  /\/\.(?:ssh|aws|gnupg|azure|kube|password-store|oci|doctl|vault-token|netrc|npmrc|pypirc|git-credentials|pgpass|my\.cnf|s3cfg|boto|yarnrc\.yml|claude\.json)(?:\/|$)/,
  /\/_netrc$/,
  /\/\.docker\/config\.json$|\/\.cargo\/credentials|\/\.m2\/settings|\/\.gradle\/gradle\.properties$|\/\.gem\/credentials|\/\.terraform\.d\/|\/\.terraformrc$/,
  /\/\.config\/(?:gh|glab-cli|hub|gcloud|git\/credentials|doctl|op|containers\/auth|configstore|helm|rclone|google-chrome|chromium)(?:\/|$)/,
  /\/\.(?:claude|codex|gemini|qwen|copilot)\/(?:\.credentials|auth|oauth|google_accounts|mcp-oauth)[^/]*$|\/opencode\/(?:auth|mcp-auth)\.json$/,
  /\/(?:Keychains|keyrings|\.mozilla|\.local\/share\/keyrings)(?:\/|$)/,
  /^\/etc\/(?:shadow|gshadow|sudoers|ssh|ssl\/private|krb5\.keytab)/,
  /^\/proc\/[^/]*\/(?:environ|mem|maps|root|cwd|fd)(?:\/|$)/,
  /^(?:\/var)?\/run\/secrets(?:\/|$)|^\/(?:var\/)?run\/(?:docker|containerd|podman)/,
  /\/\.(?:(?:bash|zsh|sh|fish|psql|mysql|sqlite|python|node_repl|irb|rediscli)_history|lesshst|histfile)$|\/fish\/fish_history$/,
  /\/\.config\/(?:github-copilot|fly)(?:\/|$)|\/\.fly(?:\/|$)|\/\.composer\/auth\.json$|\/composer\/auth\.json$|\/com\.vercel\.cli(?:\/|$)/,
  /\/pip\/pip\.conf$|\/\.pip\/pip\.conf$|^\/etc\/pip\.conf$|\/\.claude\/settings(?:\.local)?\.json$/,
  /^\/(?:(?:home|Users)\/[^/]+|root)\/\.env(?:\.\w+)?$/,
  /\/(?:id_rsa|id_dsa|id_ecdsa|id_ed25519)$/,
];
/** Everybody may read these on every machine. */
const SYSTEM = /^\/(?:usr|bin|sbin|lib|lib32|lib64|opt|nix|snap|sys|proc|Library|System|Applications|etc|dev)(?:\/|$)/;
const NOWHERE = /^\/dev\/(?:null|zero|full|random|urandom|tty|stdin|stdout|stderr|fd\/\d+)$/;
/** What tools keep for themselves in a home. */
const CACHES =
  /^\/(?:\.cache|\.npm|\.nvm|\.cargo|\.rustup|\.pyenv|\.rbenv|\.deno|\.bun|\.local\/(?:bin|lib|share\/pnpm)|go|\.m2|\.gradle)(?:\/|$)/;

/** How far it reaches to touch a path. `isOpen`: its end is a pattern, or not known. */
export function classifyPath(around: Around, path: string, access: Access, isOpen = false): Finding {
  const { workspace, own } = around.places;
  if (own.includes(path) && access !== "delete") return green("a file of the run");
  if (path === workspace && access === "delete") return red("it deletes all of the workspace");
  if (isInside(workspace, path)) return classifyInside(around, path.slice(workspace.length + 1), access);
  if (isCredential(path) || (isOpen && mayBeCredential(path))) return red(`${path} may hold credentials`);
  if (NOWHERE.test(path) && access !== "delete") return green("nothing is kept there");
  return access === "read"
    ? classifyReading(around.places, path, isOpen)
    : classifyWriting(around.places, path, access);
}

/** `path`: from the workspace. */
function classifyInside({ paths }: Around, path: string, access: Access): Finding {
  if (access === "read") return green("it reads in the workspace");
  if (isInAny(paths.missionFolders, path) && !isMatched(paths.writable, path))
    return red(`${path} belongs to the missions`);
  if (path === ".git" || path.startsWith(".git/")) return yellow(`${path} is git's own`);
  const guard = paths.protected.find((glob) => !glob.includes("#") && matchesGlob(glob, path));
  if (guard !== undefined) return yellow(`${path} is protected`);
  if (access === "delete") return yellow("it deletes in the workspace");
  const isExpected = paths.scope.length === 0 || isMatched([...paths.scope, ...paths.writable], path);
  return isExpected ? green("it writes in the workspace") : yellow(`${path} is outside the scope`);
}

function classifyReading(places: Places, path: string, isOpen: boolean): Finding {
  if (isOfOthers(places, path)) return yellow(`${path} is not this run's`);
  if (isTemporary(places, path) || SYSTEM.test(path)) return green("it reads what everybody may");
  const { home } = places;
  if (home !== null && !isOpen && isInside(home, path) && CACHES.test(path.slice(home.length)))
    return green("it reads what tools keep");
  return yellow(`${path} is outside the workspace`);
}

function classifyWriting(places: Places, path: string, access: Access): Finding {
  if (!isOfOthers(places, path) && isTemporary(places, path))
    return access === "delete" ? yellow("it deletes temporary files") : green("it writes a temporary file");
  return red(`${path} is outside the workspace`);
}

function isOfOthers({ runs, repository, workspace }: Places, path: string): boolean {
  return isInside(runs, path) || (isInside(repository, path) && !isInside(workspace, path));
}

function isTemporary({ temporary }: Places, path: string): boolean {
  return temporary.some((folder) => isInside(folder, path) && path !== folder);
}

/** Also of a path whose beginning is not known. */
export function isCredential(path: string): boolean {
  return CREDENTIALS.some((pattern) => pattern.test(path));
}

/** `~/.s*` and `~/.{ssh,aws}` stand for names that nobody sees here. */
function mayBeCredential(path: string): boolean {
  return /\/(?:\.[^/]*[*?[{]|id_|[*?[{])/.test(path) && !/^\/(?:usr|tmp|opt)\//.test(path);
}

/** Whether all below it holds what opens doors. */
export function holdsCredentials({ home }: Places, path: string): boolean {
  return (
    home !== null &&
    (isInside(path, home) || /^\/(?:\.config|\.local(?:\/share)?|Library)$/.test(path.slice(home.length)))
  );
}

function isInAny(folders: readonly string[], path: string): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

function isMatched(globs: readonly string[], path: string): boolean {
  return globs.some((glob) => matchesGlob(glob, path));
}

function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? folder : `${folder}/`);
}

/** The path without dots and double slashes; from the folder where it is not absolute. */
export function resolvePath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${folder}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
