/** A mission in the middle of its life, as most views are looked at. */

import type { State } from "../../src/model/state.ts";
import { aCondition, aVerdict, aWorld, NO_BUDGET, type World } from "./world.ts";

const SAME_FAILURE = 'same failure twice: npm test -- auth: "expected 302, got 200"';

export function aCrmWorld(): World {
  return aWorld()
    .withMission("crm", {
      title: "Build a CRM",
      budget: {
        ...NO_BUDGET,
        usd: { limit: 200, reported: 38.1, priced: 0, assumed: 3.1, subscription: 0, reserved: 7 },
        hours: { limit: 40, spent: 12.4, reserved: 1 },
        tokens: { limit: 30_000_000, spent: 4_100_000, reserved: 0 },
      },
    })
    .withMilestone("foundation", { title: "Foundation", status: "passed" })
    .withFeature("schema", { title: "Data model and migrations", status: "done", usd: 3.1 })
    .withFeature("auth-pages", { title: "Pages to sign in and out", status: "done", usd: 2.4 })
    .withMilestone("contacts", { title: "Contacts", condition: aCondition("1 of 6 features are through") })
    .withFeature("import", { title: "Import of contacts from CSV", status: "done", usd: 1.2 })
    .withFeature("auth", {
      title: "Sign in with a password",
      status: "blocked",
      usd: 1.84,
      attempt: 2,
      condition: aCondition(SAME_FAILURE, {
        code: "loop",
        evidence: ["auth-1-x7k3m1", "auth-2-x7k3m1"],
        next: "mission show crm/auth --diff, then mission edit crm/auth or mission retry crm/auth",
      }),
    })
    .withFeature("list", {
      title: "Contact list API",
      status: "in_progress",
      usd: 0.42,
      attempt: 2,
      condition: aCondition("attempt 2 on anna-mbp-9f2c"),
    })
    .withFeature("detail", {
      title: "Page of one contact",
      status: "review",
      usd: 2.05,
      condition: aCondition("waits for its gate"),
    })
    .withFeature("export", {
      title: "Export of contacts",
      status: "needs_input",
      condition: aCondition("it changes protected paths: package.json#scripts", {
        code: "approval",
        next: "mission approve crm/q1",
      }),
    })
    .withFeature("search", { title: "Search", status: "ready", condition: aCondition("list works on the same paths") })
    .withMilestone("deals", { title: "Deals", status: "pending" })
    .withFeature("pipeline", { title: "Pipeline of deals", condition: aCondition("waits for milestone contacts") })
    .withFeature("mail", { title: "Mail from a deal", condition: aCondition("waits for milestone contacts") })
    .withRecord({ kind: "created", format: 1, home: "mission/crm/home" }, { minutesAgo: 300 })
    .withRun("import-1", "import", { minutesAgo: 290, outcome: "delivered", usd: 1.2 })
    .withRecord(
      {
        kind: "landed",
        feature: "import",
        run: "import-1-x7k3m1",
        spec: "spec",
        commit: "0a1b2c3d4e5f",
        codeTree: "t",
      },
      { minutesAgo: 270 },
    )
    .withRun("auth-1", "auth", {
      minutesAgo: 200,
      outcome: "failed",
      usd: 0.92,
      body: "npm test -- auth: expected 302, got 200",
    })
    .withRun("auth-2", "auth", {
      minutesAgo: 150,
      attempt: 2,
      outcome: "failed",
      usd: 0.92,
      body: "npm test -- auth: expected 302, got 200",
    })
    .withRecord(
      { kind: "asked", ask: "approval", about: "export", risk: "red", boundTo: "spec head red", expires: null },
      { minutesAgo: 130, body: "crm/export wants to land: it changes protected paths: package.json#scripts" },
    )
    .withRecord(aVerdict("list", "failed", { checks: [{ result: "failed", label: "npm test", fingerprint: "f1" }] }), {
      minutesAgo: 20,
    })
    .withRun("list-2", "list", { minutesAgo: 12, attempt: 2 })
    .withRun("gate-3", "detail", {
      kind: "gate",
      minutesAgo: 2,
      about: { kind: "features", features: [{ feature: "detail", head: "d".repeat(40) }] },
    });
}

export function aCrm(): State {
  return aCrmWorld().state();
}
