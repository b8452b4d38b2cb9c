// Asks for the model that is shown first before the program is there that runs it (engine/fetching.js takes the answer).
// It is no module, so that it need not wait for others.

{
  /** @type {{id: string, url: string}[]} */
  const models = JSON.parse(document.currentScript?.dataset.models ?? "[]");
  const embedded = new URLSearchParams(location.search).get("embed") ?? "explore";
  const linked = new URLSearchParams(location.hash.slice(1)).get("model");
  const first = linked === null ? models[0] : models.find(({ id }) => id === linked);
  if (first && embedded === "explore") {
    const url = new URL(first.url, document.baseURI).href;
    const response = fetch(url);
    response.catch(() => null); // who takes it asks again
    Object.assign(globalThis, { earlyModel: { url, response } });
  }
}
