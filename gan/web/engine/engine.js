// Who draws: a Worker in the page, or, where that cannot be had, the server.

const here = (name) => new URL(name, import.meta.url);
const absolute = (url) => new URL(url, document.baseURI).href; // a Worker would take it from its own address

// The networks in the page itself.
class LocalEngine {
  constructor() {
    this.worker = new Worker(here("worker.js"), { type: "module" });
    this.waiting = new Map();
    this.count = 0;
    this.worker.onmessage = ({ data: { id, answer, error } }) => {
      const { resolve, reject } = this.waiting.get(id);
      this.waiting.delete(id);
      error === undefined ? resolve(answer) : reject(new Error(error));
    };
    this.worker.onerror = (event) => {
      for (const { reject } of this.waiting.values())
        reject(new Error(event.message ?? "its program cannot be loaded"));
      this.waiting.clear();
    };
  }

  ask(task, asked) {
    return new Promise((resolve, reject) => {
      this.waiting.set(++this.count, { resolve, reject });
      this.worker.postMessage({ id: this.count, task, asked });
    });
  }

  start = (judge) => this.ask("start", { product: here("product.wasm").href, judge: absolute(judge) });
  load = (name, url) => this.ask("load", { name, url: absolute(url) });
  draw = (asked) => this.ask("draw", asked);
  sheet = (asked) => this.ask("sheet", asked);
  along = (asked) => this.ask("along", asked);
  between = (asked) => this.ask("between", asked);
  begin = (asked) => this.ask("begin", asked);
  goOn = (asked) => this.ask("goOn", asked);
  nearest = ({ folder, ...asked }) => this.ask("nearest", { ...asked, folder: absolute(folder) });
}

const MOST = 400; // pictures of one request (gan/ui/explore.py)
const MOST_NUMBERS = 2500; // of z in one request, some 20 letters each: the server takes at most 64 kB

/** Says what cannot be had without the networks in the page. @param {string} what @returns {() => Promise<never>} */
const missing = (what) => async () => {
  throw new Error(
    `${what} needs the networks in the page, and this browser cannot run them. A current Chrome, Firefox or Safari can.`,
  );
};

// The same by requests: its answers have the same fields. The server knows the models that ship, by name.
class RemoteEngine {
  constructor(server) {
    this.server = server;
  }

  async ask(name, asked) {
    const answer = await this.server[name](asked);
    if (answer.error) throw new Error(answer.error);
    for (const part of ["picture", "hand", "pictures"]) if (answer[part]) answer[part] = decode(answer[part]);
    if (answer.slopes) answer.slopes = new Float32Array(decode(answer.slopes).buffer);
    return answer;
  }

  async load(name) {
    const known = await this.ask("load", { model: name });
    const { names, ...arrays } = known.survey;
    for (const array of Object.values(arrays)) array.values = Float32Array.from(array.values);
    return known;
  }

  draw = (asked) => this.ask("draw", { ...asked, z: [...asked.z] });

  // As many pictures as are asked for, in requests that the server takes.
  async sheet({ z, digits, ...asked }) {
    const size = z.length / digits.length;
    const most = Math.max(1, Math.min(MOST, Math.floor(MOST_NUMBERS / size)));
    const parts = [];
    for (let start = 0; start < digits.length; start += most) {
      const end = start + most;
      parts.push(
        await this.ask("sheet", {
          ...asked,
          z: [...z.slice(start * size, end * size)],
          digits: digits.slice(start, end),
        }),
      );
    }
    const joined = (name) => parts[0][name] && parts.flatMap((part) => [...part[name]]);
    return { pictures: Uint8Array.from(joined("pictures")), logits: joined("logits"), read: joined("read") };
  }

  along = missing("A morph");
  between = missing("A sheet between four places");
  begin = missing("The search for a drawing in this model");
  goOn = this.begin;
  nearest = missing("The search for the nearest real digits");
}

export const decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

// {engine, isLocal}. `server`: the functions draw, sheet and load, or null if there is none.
export async function startEngine(judge, server) {
  try {
    const engine = new LocalEngine();
    await engine.start(judge);
    return { engine, isLocal: true };
  } catch (error) {
    if (!server) throw error;
    return { engine: new RemoteEngine(server), isLocal: false };
  }
}
