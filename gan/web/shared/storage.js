// What the browser keeps for this page from one visit to the next. A private window, or a frame of another site (as
// a Space is), may refuse storage, and what is stored may be broken: storage is used where it is there, never needed.

const PROBE = "forger-probe"; // a name under which nothing is kept

/**
 * Keeps a value under a name, as JSON. Does nothing where the browser refuses storage.
 * @param {string} name
 * @param {unknown} value null: what was kept is dropped.
 */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // It is refused, or full. The page goes on without it.
  }
}

/**
 * Keeps a value for this tab alone, for as long as it is open, as JSON. Does nothing where the browser refuses storage.
 * @param {string} name
 * @param {unknown} value null: what was kept is dropped.
 */
export function rememberHere(name, value) {
  try {
    if (value === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // It is refused, or full. The page goes on without it.
  }
}

/**
 * What was kept under a name for this tab; null if there is nothing, or nothing that can be read.
 * @param {string} name
 * @returns {any}
 */
export function recallHere(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/** Whether the browser keeps anything for this page. @returns {boolean} */
export function isStorageThere() {
  try {
    localStorage.setItem(PROBE, "1");
    localStorage.removeItem(PROBE);
    return true;
  } catch {
    return false;
  }
}

/**
 * What was kept under a name; null if there is nothing, or nothing that can be read.
 * @param {string} name
 * @returns {any}
 */
export function recall(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}
