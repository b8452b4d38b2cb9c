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
      for (const { reject } of this.waiting.values()) reject(new Error(event.message));
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

// The same by requests. The server knows the models by name.
class RemoteEngine {
  constructor(server) {
    this.server = server;
  }

  async ask(name, asked) {
    const answer = await this.server[name](asked);
    if (answer.error) throw new Error(answer.error);
    for (const part of ["picture", "hand", "pictures"]) if (answer[part]) answer[part] = decode(answer[part]);
    return answer;
  }

  async load(name) {
    const known = await this.ask("load", { model: name });
    const { names, ...arrays } = known.survey;
    for (const array of Object.values(arrays)) array.values = Float32Array.from(array.values);
    return known;
  }

  draw = (asked) => this.ask("draw", { ...asked, z: [...asked.z] });
  sheet = (asked) => this.ask("sheet", { ...asked, z: [...asked.z] });

  async along() {
    throw new Error("ways need the networks in the page, which this browser cannot run");
  }

  between = this.along;
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
