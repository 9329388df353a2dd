import { expect, test } from "vitest";
import { makeRedactor } from "../../src/repo/redact.ts";

const secret = "s3cr3t/value+x";
const { redact, redactCut } = makeRedactor([secret, "short", "line one of key\nline two of key\n", 'quo"ted value']);

test.each([
  ["as it is", `token=${secret}!`],
  ["in base64", `header ${Buffer.from(secret).toString("base64")}`],
  ["in an address", `https://x/?t=${encodeURIComponent(secret)}`],
  ["one line of several", "-> line two of key <-"],
  ["in JSON", JSON.stringify({ key: 'quo"ted value' })],
])("a secret goes: %s", (_title, text) => {
  const clean = redact(text);
  expect(clean).toContain("[secret]");
  for (const part of [secret, "line two", "quo"]) expect(clean).not.toContain(part);
});

test("short values are words, and stay", () => {
  expect(redact("a short text")).toBe("a short text");
});

test("a beginning of a secret at a cut goes too", () => {
  expect(redactCut(`abc ${secret.slice(0, 9)}`)).toBe("abc [secret]");
  expect(redactCut("abc s3")).toBe("abc s3");
});

const KEYS: readonly (readonly [whose: string, key: string])[] = [
  ["Anthropic", `sk-ant-api03-${"aB3_-".repeat(18)}`],
  ["OpenAI", `sk-${"aB3".repeat(16)}`],
  ["OpenAI, of a project", `sk-proj-${"aB3_-".repeat(20)}`],
  ...["ghp", "gho", "ghs", "ghu"].map((kind) => ["GitHub", `${kind}_${"aB3".repeat(12)}`] as const),
  ["GitHub, fine-grained", `github_pat_${"11AB_cd".repeat(11)}`],
  ["GitLab", `glpat-${"aB3-_".repeat(4)}`],
  ["AWS", `AKIA${"ABCD2345".repeat(2)}`],
  ["AWS, for a session", `ASIA${"ABCD2345".repeat(2)}`],
  ["Slack", "xoxb-123456789012-abcdefABCDEF"],
  ["Google", `AIza${"aB3_-".repeat(7)}`],
  ["npm", `npm_${"aB3".repeat(12)}`],
  ["a JSON web token", `eyJ${"hbGci".repeat(4)}.eyJ${"zdWIi".repeat(5)}.${"dQw4_-".repeat(7)}`],
];

test.each(KEYS)("a key goes by its form: %s", (_whose, key) => {
  expect(redact(`token=${key}`)).toBe("token=[secret]");
  expect(redact(JSON.stringify({ key, more: 1 }))).toBe('{"key":"[secret]","more":1}');
  expect(redact(redact(`Bearer ${key}\nafter`))).toBe("Bearer [secret]\nafter");
  expect(redactCut(`abc ${key.slice(0, 18)}`)).toBe("abc [secret]");
});

const rows = [`MIIE${"vQ+/".repeat(15)}`, "aB3+".repeat(16), "Zm9vYg=="];
const block = (kind: string) => [`-----BEGIN ${kind}-----`, ...rows, `-----END ${kind}-----`];

test.each(["PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PGP PRIVATE KEY BLOCK"])(
  "a private key goes to its end: %s",
  (kind) => {
    const lines = block(kind);
    expect(redact(`a\n${lines.join("\n")}\nb`)).toBe("a\n[secret]\nb");
    expect(redact(JSON.stringify({ key: lines.join("\n") }))).toBe('{"key":"[secret]"}');
    expect(redact(`a\n${lines.slice(0, -1).join("\n")}\nand words follow`)).toBe("a\n[secret]\nand words follow");
  },
);

test("a private key goes although its lines come one by one, and nothing of what comes after", () => {
  const { redactNext } = makeRedactor([]);
  const lines = ["before", ...block("EC PRIVATE KEY"), "after", "x".repeat(40)];
  const clean = lines.map(redactNext);
  expect(clean).toEqual(["before", ...Array(5).fill("[secret]"), "after", "x".repeat(40)]);
  expect(["see -----BEGIN PRIVATE KEY----- above", "y".repeat(40)].map(redactNext)[1]).toBe("y".repeat(40));
  expect([["a", ...block("PRIVATE KEY").slice(0, 2)].join("\n"), "words of mine"].map(redactNext)).toEqual([
    "a\n[secret]",
    "words of mine",
  ]);
});

test.each([
  "0123456789abcdef0123456789abcdef01234567",
  `commit ${"0123456789abcdef".repeat(4)}`,
  "mission/toy/task-management-of-everything-that-there-is",
  "risk-assessment0123456789abcdef0123456789",
  "sk-learn, sk-ant and npm_config_registry=https://registry.example.com",
  "AKIA is how a key begins; MALAKIA1234567890ABCDEF does not",
  "the file eyJ.test.ts and a.b.c",
  "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
  "-----BEGIN PUBLIC KEY-----",
  "refs/mission/ledger/xoxb",
])("what only looks a little like a key stays: %s", (text) => {
  expect(redact(text)).toBe(text);
  expect(makeRedactor([]).redactNext(text)).toBe(text);
});

test("a text without end is read once, whatever begins in it", () => {
  const many = ["sk-", "eyJ", "eyJaaaaaaaa.", "ghp_", "-----BEGIN PRIVATE KEY-----", "\n", "xoxb-"];
  for (const piece of many) expect(redactCut(piece.repeat(200_000)).length).toBeGreaterThan(0);
});
