// What the browser keeps, where it keeps it, and where it refuses.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { recall, remember } from "../../gan/web/shared/storage.js";

const original = Object.getOwnPropertyDescriptor(globalThis, "localStorage");

function use(descriptor) {
  Object.defineProperty(globalThis, "localStorage", { configurable: true, ...descriptor });
}

function working() {
  const kept = new Map();
  return {
    setItem: (name, value) => kept.set(name, String(value)),
    getItem: (name) => kept.get(name) ?? null,
    removeItem: (name) => kept.delete(name),
  };
}

afterEach(() => {
  if (original) Object.defineProperty(globalThis, "localStorage", original);
  else delete globalThis.localStorage;
});

test("a value is kept and dropped", () => {
  use({ value: working() });
  assert.equal(recall("run"), null);
  remember("run", { name: "abc", key: [1, 2] });
  assert.deepEqual(recall("run"), { name: "abc", key: [1, 2] });
  remember("run", null);
  assert.equal(recall("run"), null);
});

test("a broken value is none", () => {
  const storage = working();
  use({ value: storage });
  storage.setItem("run", "{");
  assert.equal(recall("run"), null);
});

test("a browser that refuses storage, by word or by deed, is none", () => {
  const refuse = () => {
    throw new Error("The operation is insecure.");
  };
  for (const descriptor of [
    { get: refuse },
    { value: { setItem: refuse, getItem: refuse, removeItem: refuse } },
    { value: undefined },
  ]) {
    use(descriptor);
    remember("run", 1);
    remember("run", null);
    assert.equal(recall("run"), null);
  }
});
