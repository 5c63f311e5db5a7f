// Reads vitest's JSON reports and says what they hold together; the last line is `N passed, N failed, N skipped`.
//
//   node scripts/ci-summary.mjs REPORT...
//
// Exits 1 when a test failed, when a report holds no test that passed, and when one is not there or
// not whole: a run that ended before its report was written is one failure.
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

function countFiles(files) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of files.map(countFile)) {
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  return total;
}

function namesOf(files, chosen) {
  return files.flatMap((file) =>
    file.assertionResults
      .filter(({ status }) => chosen(status))
      .map((test) => `  ${relative("", file.name)}: ${test.fullName}`),
  );
}

function listsOf(files) {
  const broken = files
    .filter(({ status }) => status !== "passed")
    .filter(({ assertionResults }) => !assertionResults.some((one) => one.status === "failed"))
    .map(({ name, message }) => `  ${relative("", name)}: ${message.split("\n")[0]}`);
  const ended = new Set(["passed", "skipped", "todo", "disabled"]);
  const failed = [...broken, ...namesOf(files, (status) => !ended.has(status))];
  const skipped = namesOf(files, (status) => status !== "passed" && ended.has(status));
  const slowest = files
    .map((file) => ({ seconds: (file.endTime - file.startTime) / 1000, name: file.name }))
    .filter(({ seconds }) => seconds > 0)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, slowestShown)
    .map(({ seconds, name }) => `${seconds.toFixed(1).padStart(7)} s  ${relative("", name)}`);
  return { failed, skipped, slowest };
}

/** The test files of a report; a report that cannot be read stands among them as one that failed. */
function filesOf(path) {
  try {
    const { testResults } = JSON.parse(readFileSync(path, "utf8"));
    if (!Array.isArray(testResults)) throw new Error("it holds no results");
    return testResults;
  } catch (error) {
    const message = `no report of the tests: ${error.message}`;
    return [{ name: path, status: "failed", message, assertionResults: [] }];
  }
}

const reports = process.argv.slice(2).map(filesOf);
for (const [title, lines] of Object.entries(listsOf(reports.flat()))) {
  if (lines.length > 0) console.log(`${title}:\n${lines.join("\n")}\n`);
}
const total = countFiles(reports.flat());
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
const isProof = (files) => countFiles(files).passed > 0;
process.exitCode = total.failed === 0 && reports.length > 0 && reports.every(isProof) ? 0 : 1;
