// Reads vitest's JSON report and says what it holds; the last line is `N passed, N failed, N skipped`.
//
//   node scripts/ci-summary.mjs REPORT
//
// Exits 1 when a test failed, when none passed, and when there is no whole report: a run that ended
// before its report was written is one failure.
import { readFileSync } from "node:fs";
import { relative } from "node:path";

const slowestShown = 8;

/** A file that could not be loaded, or whose hooks failed, holds no failed test and has failed all the same. */
function countFile(file) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status } of file.assertionResults) {
    if (status === "passed") counts.passed++;
    else if (status === "skipped" || status === "todo" || status === "disabled") counts.skipped++;
    else counts.failed++;
  }
  if (file.status !== "passed" && counts.failed === 0) counts.failed = 1;
  return counts;
}

function namesOf(files, chosen) {
  return files.flatMap((file) =>
    file.assertionResults
      .filter(({ status }) => chosen(status))
      .map((test) => `  ${relative("", file.name)}: ${test.fullName}`),
  );
}

function summarize({ testResults: files }) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const broken = [];
  for (const file of files) {
    const counts = countFile(file);
    for (const key of Object.keys(total)) total[key] += counts[key];
    if (file.status !== "passed" && !file.assertionResults.some((one) => one.status === "failed"))
      broken.push(`  ${relative("", file.name)}: ${file.message.split("\n")[0]}`);
  }
  const ended = new Set(["passed", "skipped", "todo", "disabled"]);
  const failed = [...broken, ...namesOf(files, (status) => !ended.has(status))];
  const skipped = namesOf(files, (status) => status !== "passed" && ended.has(status));
  const slowest = files
    .map((file) => ({ seconds: (file.endTime - file.startTime) / 1000, name: file.name }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, slowestShown)
    .map(({ seconds, name }) => `${seconds.toFixed(1).padStart(7)} s  ${relative("", name)}`);
  return { total, failed, skipped, slowest };
}

function read(path) {
  try {
    return summarize(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    const failed = [`  no report of the tests: ${error.message}`];
    return { total: { passed: 0, failed: 1, skipped: 0 }, failed, skipped: [], slowest: [] };
  }
}

const { total, ...lists } = read(process.argv[2] ?? "build/test-report.json");
for (const [title, lines] of Object.entries(lists)) {
  if (lines.length > 0) console.log(`${title}:\n${lines.join("\n")}\n`);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
