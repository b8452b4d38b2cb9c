// What is said of data sets that the server has, or can fetch.

import assert from "node:assert/strict";
import { test } from "node:test";
import { wordsOn } from "../../gan/web/train/library.js";

const offer = { name: "kmnist", title: "Kuzushiji-MNIST", megabytes: 18, done: 0, total: 0, message: "" };

test("a set that is not there yet is told in one sentence", () => {
  assert.equal(wordsOn({ ...offer, status: "ready" }), "");
  assert.match(
    wordsOn({ ...offer, status: "away" }),
    /not on the server yet.* once, for all who come: 18 MB\.$/,
  );
  assert.equal(wordsOn({ ...offer, status: "coming" }), "Kuzushiji-MNIST is on its way …");
  assert.equal(
    wordsOn({ ...offer, status: "coming", done: 4.4e6, total: 18.2e6 }),
    "Kuzushiji-MNIST is on its way … 4 of 18 MB",
  );
  assert.equal(
    wordsOn({ ...offer, status: "failed", message: "this server is offline" }),
    "Kuzushiji-MNIST: this server is offline.",
  );
});
