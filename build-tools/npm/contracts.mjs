// Checks the contracts in proto/: lint, format, and breaking changes against the last landed contract.
//
// usage: node contracts.mjs BUF ROOT [--land]
//   --land  writes proto/landed/contract.binpb from the present contract; do so when a contract lands.
//
// A breaking change is allowed before 1.0.0 if CHANGELOG.md tells of it and proto/landed/exemptions.txt has a line of its
// own for it: `path | message as buf prints it | words that stand in CHANGELOG.md`. An exemption that matches nothing fails.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [buf, root, ...flags] = process.argv.slice(2);
const proto = join(root, "proto");
const landed = join(proto, "landed", "contract.binpb");
const exemptionsFile = join(proto, "landed", "exemptions.txt");

let failures = 0;

function run(name, args, accepted = [0]) {
  const result = spawnSync(buf, args, { cwd: proto, encoding: "utf8", maxBuffer: 64 << 20 });
  if (result.error) throw result.error;
  const ok = accepted.includes(result.status);
  console.log(`${ok ? "ok    " : "FAILED"} ${name}`);
  if (!ok) {
    process.stdout.write(result.stdout);
    process.stderr.write(result.stderr);
    failures++;
  }
  return result;
}

function exemptions() {
  if (!existsSync(exemptionsFile)) return [];
  return readFileSync(exemptionsFile, "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => {
      const [path, message, changelog] = line.split("|").map((part) => part.trim());
      if (!changelog) throw new Error(`${exemptionsFile}: want 'path | message | words of CHANGELOG.md': ${line}`);
      return { path, message, changelog, used: false };
    });
}

function breaking() {
  const present = join(proto, "target", "contract.binpb");
  run("build", ["build", "--exclude-source-info", "-o", present]);
  const config = JSON.stringify({ version: "v2", breaking: { use: ["FILE"] } });
  const result = spawnSync(
    buf,
    ["breaking", present, "--against", landed, "--exclude-imports", "--config", config, "--error-format", "json"],
    { cwd: proto, encoding: "utf8", maxBuffer: 64 << 20 },
  );
  if (result.error) throw result.error;
  if (result.status !== 0 && result.status !== 100) {
    process.stderr.write(result.stderr);
    failures++;
    return;
  }
  const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");
  const allowed = exemptions();
  const findings = result.stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  let refused = 0;
  for (const finding of findings) {
    const match = allowed.find((e) => e.path === (finding.path ?? "") && e.message === finding.message);
    if (match && changelog.includes(match.changelog)) {
      match.used = true;
      continue;
    }
    refused++;
    console.log(`  ${finding.path ?? "(file gone)"}:${finding.start_line ?? 0}: ${finding.message}`);
    console.log(match ? `    exempt, but CHANGELOG.md does not say: ${match.changelog}` : "    no exemption");
  }
  for (const unused of allowed.filter((e) => !e.used)) {
    refused++;
    console.log(`  exemption matches no breaking change, remove it: ${unused.path} | ${unused.message}`);
  }
  console.log(`${refused ? "FAILED" : "ok    "} breaking changes against the last landed contract (${findings.length} found)`);
  if (refused) failures++;
}

run("lint", ["lint"]);
run("format", ["format", "--diff", "--exit-code", "src/main/proto"]);
if (flags.includes("--land")) {
  mkdirSync(join(proto, "landed"), { recursive: true });
  run("landed contract written", ["build", "--exclude-source-info", "-o", landed]);
} else if (existsSync(landed)) {
  breaking();
} else {
  console.log("FAILED breaking changes: proto/landed/contract.binpb is missing");
  failures++;
}
process.exit(failures ? 1 : 0);
