// Files are fetched with a report, and what was asked for early is not asked for again.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { fetchFile, fetchWithReport } from "../../gan/web/engine/fetching.js";
import { reportIn } from "../../gan/web/explore/progress.js";

const URL_OF_MODEL = "https://forger.example/models/mnist.safetensors?v=1";
const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
  globalThis.earlyModel = null;
});

/** An answer in two parts. */
const answer = (headers = {}) =>
  new Response(
    new ReadableStream({
      start(stream) {
        for (const part of [[1, 2], [3]]) stream.enqueue(Uint8Array.from(part));
        stream.close();
      },
    }),
    { headers },
  );

async function fetched(response) {
  const reports = [];
  globalThis.fetch = async () => response;
  const buffer = await fetchWithReport(URL_OF_MODEL, (...report) => reports.push(report));
  assert.deepEqual([...new Uint8Array(buffer)], [1, 2, 3]);
  return reports;
}

test("each part is reported, with the length where it is known", async () => {
  assert.deepEqual(await fetched(answer({ "content-length": "3" })), [
    [2, 3],
    [3, 3],
  ]);
  const packed = { "content-length": "99", "content-encoding": "br" };
  assert.deepEqual(await fetched(answer(packed)), [
    [2, null],
    [3, null],
  ]);
});

test("what was asked for early is taken once", async () => {
  globalThis.fetch = async () => assert.fail("it was asked for again");
  globalThis.earlyModel = { url: URL_OF_MODEL, response: Promise.resolve(answer()) };
  assert.equal((await fetchWithReport(URL_OF_MODEL, () => {})).byteLength, 3);
  assert.equal((await fetched(answer())).length, 2);
});

test("what was asked for early in vain is asked for again, and of another address it is left", async () => {
  globalThis.earlyModel = { url: URL_OF_MODEL, response: Promise.reject(new Error("offline")) };
  await fetched(answer());
  globalThis.earlyModel = { url: "https://forger.example/other", response: Promise.resolve(answer()) };
  await fetched(answer());
  assert.ok(globalThis.earlyModel);
});

test("what cannot be had is said in one line", async () => {
  globalThis.fetch = async () => new Response("", { status: 404 });
  await assert.rejects(
    fetchWithReport(URL_OF_MODEL, () => {}),
    /^Error: mnist.safetensors .*\(404\)$/,
  );
  globalThis.fetch = async () => Promise.reject(new TypeError("failed"));
  await assert.rejects(
    fetchWithReport(URL_OF_MODEL, () => {}),
    /^Error: mnist.safetensors .*connection\?$/,
  );
});

test("a connection that breaks in the middle of a file is said in the same line", async () => {
  const broken = () =>
    new Response(
      new ReadableStream({
        start: (stream) => stream.enqueue(Uint8Array.of(1)),
        pull: (stream) => stream.error(new TypeError("terminated")),
      }),
    );
  globalThis.fetch = async () => broken();
  for (const fetching of [fetchFile, fetchWithReport])
    await assert.rejects(
      fetching(URL_OF_MODEL, fetching === fetchFile ? undefined : () => {}),
      /^Error: mnist.safetensors cannot be fetched; is there a connection\?$/,
    );
  await assert.rejects(fetchFile(URL_OF_MODEL, AbortSignal.abort()), /terminated/);
});

test("progress is said after a moment, of each file anew", (context) => {
  let now = 0;
  context.mock.method(performance, "now", () => now);
  const line = { textContent: "" };
  const report = reportIn(line);
  report(500_000, 2_000_000);
  assert.equal(line.textContent, "");
  now = 400;
  report(1_000_000, 2_000_000);
  assert.equal(line.textContent, "The networks are on their way: 1.0 of 2.0 MB.");
  now = 500;
  line.textContent = "drawn";
  report(100_000, null);
  assert.equal(line.textContent, "drawn");
  now = 900;
  report(200_000, null);
  assert.equal(line.textContent, "The networks are on their way: 0.2 MB.");
});

test("networks that come whole, one like the other, need no words", (context) => {
  let now = 0;
  context.mock.method(performance, "now", () => now);
  const line = { textContent: "" };
  const report = reportIn(line);
  for (now of [0, 400, 800]) {
    line.textContent = "what D says";
    report(1_900_000, 1_900_000);
    assert.equal(line.textContent, "what D says");
  }
  now = 1200;
  report(2_000_000, 2_500_000);
  assert.equal(line.textContent, "what D says", "another file has only begun");
  now = 1600;
  report(2_400_000, 2_500_000);
  assert.equal(line.textContent, "The networks are on their way: 2.4 of 2.5 MB.");
});
