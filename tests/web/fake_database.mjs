// IndexedDB in memory, as far as gan/web/training/store.js uses it: node has none.

const kinds = ["number", "string", "object"]; // in the order of keys: a list comes after every word

/** Which of two keys comes first: below 0, the first does. */
function compare(a, b) {
  if (typeof a !== typeof b) return kinds.indexOf(typeof a) - kinds.indexOf(typeof b);
  if (!Array.isArray(a)) return a < b ? -1 : Number(a > b);
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compare(a[i], b[i]);
    if (order) return order;
  }
  return a.length - b.length;
}

class Transaction {
  #waiting = 0; // requests that are under way

  constructor(stores, log) {
    this.stores = stores;
    this.log = log;
    this.#endWhenIdle();
  }

  objectStore(name) {
    const { keyPath, entries } = this.stores.get(name);
    const sorted = (range) =>
      entries.filter(({ key }) => !range || (compare(range.low, key) <= 0 && compare(key, range.high) <= 0));
    const remove = (key) => {
      const at = entries.findIndex((entry) => compare(entry.key, key) === 0);
      if (at >= 0) entries.splice(at, 1);
    };
    const put = (value, key = value[keyPath]) => {
      this.log.push([name, key]);
      remove(key);
      entries.push({ key, value: structuredClone(value) });
      entries.sort((a, b) => compare(a.key, b.key));
    };
    const get = (key) => entries.find((entry) => compare(entry.key, key) === 0)?.value;
    return {
      put: (value, key) => this.#ask(() => put(value, key)),
      delete: (key) => this.#ask(() => (key.low ? sorted(key).map((each) => remove(each.key)) : remove(key))),
      get: (key) => this.#ask(() => structuredClone(get(key))),
      getAll: (range) => this.#ask(() => structuredClone(sorted(range).map(({ value }) => value))),
      getAllKeys: (range) => this.#ask(() => sorted(range).map(({ key }) => key)),
      count: () => this.#ask(() => entries.length),
    };
  }

  #ask(act) {
    const request = {};
    this.#waiting++;
    queueMicrotask(() => {
      request.result = act();
      request.onsuccess?.();
      this.#waiting--;
      this.#endWhenIdle();
    });
    return request;
  }

  #endWhenIdle() {
    setTimeout(() => this.#waiting || this.oncomplete?.());
  }
}

/**
 * Gives this process an IndexedDB of its own, which is empty.
 * @returns {[store: string, key: unknown][]} what is put into it from now on, in its order
 */
export function installDatabase() {
  const log = [];
  const stores = new Map();
  const database = {
    createObjectStore: (name, { keyPath } = {}) => stores.set(name, { keyPath, entries: [] }),
    transaction: () => new Transaction(stores, log),
  };
  globalThis.IDBKeyRange = { bound: (low, high) => ({ low, high }) };
  globalThis.indexedDB = {
    open() {
      const request = { result: database };
      queueMicrotask(() => {
        if (!stores.size) request.onupgradeneeded({ oldVersion: 0 });
        request.onsuccess();
      });
      return request;
    },
  };
  return log;
}
