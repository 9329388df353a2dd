import type { About, Fact } from "../model/record.ts";

/** The words of a record's subject after its kind: the thing, then what happened to it. For people only. */
export function recordSubject(fact: Fact): string {
  switch (fact.kind) {
    case "created":
      return `mission at ${fact.home}`;
    case "claim":
      return `${aboutWords(fact.about)} ${fact.runKind === "work" ? `attempt ${fact.attempt}` : fact.runKind}`;
    case "run-ended":
      return `${fact.run} ${fact.outcome}`;
    case "verdict":
      return `${aboutWords(fact.about)} ${fact.of} ${fact.result}`;
    case "merged":
      return `${fact.milestone} as ${fact.commit.slice(0, 10)}`;
    case "landed":
      return `${fact.feature} as ${fact.commit.slice(0, 10)}`;
    case "asked":
      return `${fact.about ?? "mission"} ${fact.ask}`;
    case "answered":
      return `q${fact.ask} ${fact.decision}`;
    case "comment":
      return fact.feature ?? "mission";
    case "control":
      return `${fact.target} ${fact.action}`;
    case "blocked":
      return `${fact.thing ?? "mission"} ${fact.reason}`;
    case "amended":
      return `mission ${fact.because}`;
    case "completed":
      return `mission as ${fact.commit.slice(0, 10)}`;
  }
}

function aboutWords(about: About): string {
  switch (about.kind) {
    case "feature":
      return about.feature;
    case "features":
      return about.features.map(({ feature }) => feature).join(", ");
    case "milestone":
    case "sign":
      return about.milestone;
    case "follow":
    case "home":
      return "home";
    case "mission":
      return "mission";
  }
}
