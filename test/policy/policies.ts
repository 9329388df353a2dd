/** Policies and requests for tests of what judges them. */

import type { PermissionPolicy, PermissionRequest } from "../../src/model/permission.ts";

export function aPolicy(given: Partial<PermissionPolicy> = {}): PermissionPolicy {
  return {
    autonomy: "specialist",
    risk: "yellow",
    tools: ["read", "edit", "bash"],
    allowed: [],
    denied: [],
    places: {
      workspace: "/home/anna/.local/state/git-mission/x/runs/r1/workspace",
      runs: "/home/anna/.local/state/git-mission/x/runs",
      repository: "/home/anna/crm",
      home: "/home/anna",
      temporary: ["/tmp"],
      own: ["/home/anna/.local/state/git-mission/x/runs/r1/handoff.md"],
      variables: {
        HOME: "/home/anna",
        PWD: ".",
        MISSION_HANDOFF_FILE: "/home/anna/.local/state/git-mission/x/runs/r1/handoff.md",
      },
    },
    paths: {
      missionFolders: ["missions"],
      writable: ["missions/crm/research/**"],
      protected: [".github/**"],
      scope: [],
    },
    ...given,
  };
}

export function aRequest(given: Partial<PermissionRequest> = {}): PermissionRequest {
  return { tool: "other", command: null, isBackground: false, paths: [], host: null, title: "", ...given };
}

export function shell(command: string): PermissionRequest {
  return aRequest({ tool: "shell", command, title: "Bash" });
}
