/** Programs whose first words say what they do. */

import type { PermissionClass } from "../../model/permission.ts";

export interface Rule {
  /** Against the words that are no options, joined with a space. The first that holds counts. */
  says: RegExp;
  class: PermissionClass;
  because: string;
}

export interface Program {
  /** Options whose value is a word of its own. */
  valued: RegExp;
  rules: readonly Rule[];
  otherwise: PermissionClass;
}

const rule = (says: RegExp, level: PermissionClass, because: string): Rule => ({ says, class: level, because });
/** No option has one. */
const NONE = /(?!)/;
const PUBLISHES = "it publishes or acts with an account";
const INSTALLS = "it installs packages";

/** A word of a build that is named after leaving the house. */
export const DEPLOYING = /^(?:(?:[\w.-]*[:_-])?(?:deploy|publish|upload)|release)(?:[:_-][\w.:-]*)?$/;

/** What only looks whether it could. */
export const CHECKING = /[:_-](?:check|dry|dry-?run|lint|validate|verify)$/;

const NODE_PACKAGES: Program = {
  valued: /^(?:--prefix|-C|--dir|--cwd|-w|--workspace|--filter|-F|--registry|--loglevel)$/,
  rules: [
    rule(
      /^(?:publish|unpublish|login|logout|adduser|add-user|token|owner|author|access|team|org|profile|hook|deprecate|undeprecate|dist-tag|star|unstar|trust|npm (?:publish|login|logout|tag))\b/,
      "red",
      PUBLISHES,
    ),
    rule(/^(?:config|c) (?:set|delete|edit|\w*auth)|^set /, "red", "it changes the person's settings"),
    rule(
      /^(?:test|t|tst|run-script|run|rum|urn|start|stop|restart|build|lint|ls|list|ll|la|outdated|explain|why|fund|help|version|bin|root|prefix|pack|query|pkg|workspaces|workspace|check|typecheck|tsc|vitest|jest|eslint|exec-env)\b/,
      "green",
      "it builds and tests",
    ),
  ],
  otherwise: "yellow",
};
const PYTHON_PACKAGES: Program = {
  valued: /^(?:--python|-p|--project|--directory|-r|--requirement|-c)$/,
  rules: [
    rule(/^(?:publish|login|logout|auth|upload|register)\b/, "red", PUBLISHES),
    rule(
      /^(?:list|show|freeze|check|help|version|build|tree|inspect|env|shell|format|lint|debug)\b/,
      "green",
      "it builds and tests",
    ),
  ],
  otherwise: "yellow",
};
const JAVA: Program = {
  valued: /^(?:-f|--file|-pl|-P|-s|--settings|-p|-b|-c|-I)$/,
  rules: [rule(/(?:^| |:)(?:\w*deploy|publish\w*|release:\w+|upload\w*|\w*release)(?: |$)/i, "red", PUBLISHES)],
  otherwise: "green",
};
const CONTAINERS: Program = {
  valued: /^(?:-c|--context|-H|--host|-l|--log-level|--config|-f|--file|-p|--project-name)$/,
  rules: [
    rule(
      /^(?:push|login|logout|image push|manifest push|compose push|buildx .*--push|context|swarm|service|stack|trust|secret)\b/,
      "red",
      PUBLISHES,
    ),
  ],
  otherwise: "yellow",
};
const CLUSTER: Program = {
  valued: /^(?:-n|--namespace|--context|--kubeconfig|-l|--selector|-o|--output)$/,
  rules: [
    rule(
      /^(?:get|describe|logs|top|explain|version|api-resources|api-versions|diff|cluster-info|list|ls|status|history|show|search)\b/,
      "yellow",
      "it looks at a cluster",
    ),
    rule(
      /^(?:template|lint|kustomize|dependency|package|create)\b(?!.*\b(?:secret|deployment|namespace|role))/,
      "yellow",
      "it prepares for a cluster",
    ),
  ],
  otherwise: "red",
};
const INFRASTRUCTURE: Program = {
  valued: NONE,
  rules: [
    rule(/^(?:fmt|validate|version|graph|providers|help|test)\b/, "green", "it checks files"),
    rule(
      /^(?:init|plan|show|output|get|console|workspace (?:list|show|select))\b/,
      "yellow",
      "it looks at what is deployed",
    ),
  ],
  otherwise: "red",
};

const MISSION: Program = {
  valued: /^(?:-C|--at)$/,
  rules: [
    rule(
      /^(?:approve|answer|deny|resume|stop|retry|budget|quarantine|cancel|pause)\b/,
      "red",
      "that is a person's word",
    ),
    rule(
      /^(?:status|show|log|output|inbox|report|explain|check|diff|help|version|audit|handoff)\b/,
      "green",
      "it looks",
    ),
  ],
  otherwise: "yellow",
};

export const PROGRAMS: Readonly<Record<string, Program>> = {
  npm: NODE_PACKAGES,
  pnpm: NODE_PACKAGES,
  yarn: NODE_PACKAGES,
  pip: PYTHON_PACKAGES,
  pip3: PYTHON_PACKAGES,
  uv: PYTHON_PACKAGES,
  poetry: PYTHON_PACKAGES,
  pdm: PYTHON_PACKAGES,
  hatch: PYTHON_PACKAGES,
  flit: PYTHON_PACKAGES,
  rye: PYTHON_PACKAGES,
  pipenv: PYTHON_PACKAGES,
  mvn: JAVA,
  mvnw: JAVA,
  gradle: JAVA,
  gradlew: JAVA,
  docker: CONTAINERS,
  podman: CONTAINERS,
  nerdctl: CONTAINERS,
  kubectl: CLUSTER,
  k: CLUSTER,
  helm: CLUSTER,
  terraform: INFRASTRUCTURE,
  tofu: INFRASTRUCTURE,
  cargo: {
    valued: /^(?:--manifest-path|--target|--features|-F|-p|--package|--config|-Z|-j|--jobs|--color)$/,
    rules: [
      rule(/^(?:\+\S+ )?(?:publish|login|logout|owner|yank|release)\b/, "red", PUBLISHES),
      rule(
        /^(?:\+\S+ )?(?:install|add|remove|update|uninstall|fetch|vendor|generate-lockfile|search|clean)\b/,
        "yellow",
        INSTALLS,
      ),
    ],
    otherwise: "green",
  },
  go: {
    valued: /^(?:-C|-o|-run|-tags|-ldflags|-count|-timeout)$/,
    rules: [
      rule(/^run \S+@/, "yellow", INSTALLS),
      rule(/^(?:get|install|mod (?:download|tidy|vendor)|work sync|clean)\b/, "yellow", INSTALLS),
      rule(/^env .*-w|^telemetry\b/, "yellow", "it changes the person's settings"),
    ],
    otherwise: "green",
  },
  gem: {
    valued: NONE,
    rules: [
      rule(/^(?:push|yank|owner|signin|signout)\b/, "red", PUBLISHES),
      rule(/^(?:list|info|contents|environment|help|build|which|specification)\b/, "green", "it builds"),
    ],
    otherwise: "yellow",
  },
  bundle: {
    valued: NONE,
    rules: [
      rule(/^(?:exec rake )?release\b/, "red", PUBLISHES),
      rule(/^(?:check|list|show|info|outdated)\b/, "green", "it looks"),
    ],
    otherwise: "yellow",
  },
  composer: {
    valued: /^(?:-d|--working-dir)$/,
    rules: [rule(/^(?:validate|show|test|run|dump-autoload|check\S*)\b/, "green", "it builds and tests")],
    otherwise: "yellow",
  },
  dotnet: {
    valued: NONE,
    rules: [
      rule(/^(?:nuget push|nuget delete|publish)\b/, "red", PUBLISHES),
      rule(/^(?:build|test|run|format|clean|msbuild|vstest|list)\b/, "green", "it builds and tests"),
    ],
    otherwise: "yellow",
  },
  swift: {
    valued: NONE,
    rules: [rule(/^package-registry\b/, "red", PUBLISHES), rule(/^package (?:update|resolve)\b/, "yellow", INSTALLS)],
    otherwise: "green",
  },
  mix: {
    valued: NONE,
    rules: [
      rule(/^hex\.(?:publish|user|owner)\b/, "red", PUBLISHES),
      rule(/^(?:deps\.get|deps\.update|local\.|archive\.install)/, "yellow", INSTALLS),
    ],
    otherwise: "green",
  },
  stack: { valued: NONE, rules: [rule(/^upload\b/, "red", PUBLISHES)], otherwise: "green" },
  cabal: {
    valued: NONE,
    rules: [rule(/^upload\b/, "red", PUBLISHES), rule(/^(?:install|update)\b/, "yellow", INSTALLS)],
    otherwise: "green",
  },
  lerna: { valued: NONE, rules: [rule(/^(?:publish|version)\b/, "red", PUBLISHES)], otherwise: "green" },
  changeset: { valued: NONE, rules: [rule(/^(?:publish|tag)\b/, "red", PUBLISHES)], otherwise: "green" },
  mission: MISSION,
  "git-mission": MISSION,
};

export const GIT: Program = {
  valued: /^(?:-C|-c|--git-dir|--work-tree|--namespace|--exec-path|--config-env|--super-prefix)$/,
  rules: [
    rule(
      /^(?:push|send-pack|http-push|send-email|imap-send|svn|p4|credential\S*|daemon|instaweb|shell|request-pull)\b/,
      "red",
      "it pushes, sends or asks for credentials",
    ),
    rule(/^lfs (?:push|lock|unlock)\b|^subtree push\b|^remote-\S+/, "red", "it pushes"),
    rule(/^config(?: (?:get|list)\b| [\w.-]+$)/, "green", "it reads settings"),
    rule(/^remote(?: (?:get-url|show)\b|$)|^worktree list\b|^submodule(?: status\b|$)|^stash\b/, "green", "it looks"),
    rule(
      /^(?:status|diff|add|commit|log|show|merge|rebase|branch|checkout|switch|restore|cherry-pick|revert|reset|rev-parse|ls-files|ls-tree|cat-file|blame|annotate|grep|describe|tag|mv|rm|apply|am|format-patch|archive|shortlog|reflog|bisect|notes|show-ref|show-branch|symbolic-ref|merge-base|merge-tree|merge-file|rev-list|diff-tree|diff-index|diff-files|fsck|gc|count-objects|check-ignore|check-attr|check-ref-format|var|version|help|init|name-rev|whatchanged|range-diff|rerere|hash-object|write-tree|commit-tree|update-index|read-tree|for-each-ref|cherry|interpret-trailers|stripspace|mktree|ls-remote \.|column|patch-id|verify-commit|verify-pack|diff-pairs)\b/,
      "green",
      "it works in the run's own clone",
    ),
  ],
  otherwise: "yellow",
};
