// How often the server is asked for a run's news, and what is made of its answers.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { writeTensors } from "../../gan/web/engine/tensors.js";
import { connect, PACES } from "../../gan/web/train/polling.js";

const SNAPSHOT = writeTensors({}, { snapshot: JSON.stringify({ version: 3, step: 7 }) });

/** The page, and a server that gives the next of `answers` to each question. */
class World {
  asked = 0;
  told = [];
  troubles = [];
  isWatched = true;
  pace = PACES.own;
  /** @type {(() => Response | Promise<Response>)[]} the last is given again and again */
  answers = [];

  begin(...answers) {
    this.answers = answers;
    globalThis.document = Object.assign(new EventTarget(), { hidden: false, baseURI: "http://forger/" });
    globalThis.fetch = async (_, { signal }) => {
      this.asked++;
      const cancelled = new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason)),
      );
      return Promise.race([(this.answers.length > 1 ? this.answers.shift() : this.answers[0])(), cancelled]);
    };
    this.connection = connect("abcdefghijkl", {
      isWatched: () => this.isWatched,
      version: () => 2,
      pace: () => this.pace,
      told: (news) => this.told.push(news),
      reached: (trouble) => this.troubles.push(trouble),
    });
  }

  /** How many questions are asked in so many ms. */
  async asksIn(ms) {
    const before = this.asked;
    for (let at = 0; at < ms; at += 50) {
      await settle();
      mock.timers.tick(50);
    }
    await settle();
    return this.asked - before;
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const json = (content, init) => () => Response.json(content, init);
const from = (server) => ({ headers: { "Forger-Server": server } });
const pace = json({ step: 8 }, from("a"));
const gone = (server) => json({ error: "this run is over" }, { status: 404, ...from(server) });

/** @type {World} */
let world;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  world = new World();
});

afterEach(() => {
  world.connection.close();
  mock.timers.reset();
});

test("it is asked four times a second, once, or every five seconds, as the run needs", async () => {
  world.begin(() => new Response(SNAPSHOT, from("a")), pace);
  await settle();
  assert.deepEqual(world.told[0], { kind: "snapshot", snapshot: { version: 3, step: 7 }, arrays: {} });
  assert.equal(await world.asksIn(2000), 8);
  assert.deepEqual(world.told.at(-1), { kind: "pace", pace: { step: 8 } });
  world.pace = PACES.watched;
  await world.asksIn(300);
  assert.equal(await world.asksIn(5000), 5);
  world.pace = PACES.resting;
  await world.asksIn(1000);
  assert.equal(await world.asksIn(20_000), 4);
});

test("an order wakes a run that rests", async () => {
  world.begin(pace);
  world.pace = PACES.resting;
  await settle();
  assert.equal(await world.asksIn(3000), 0);
  world.connection.hurry();
  await settle();
  assert.equal(world.asked, 2, "at once");
  assert.ok((await world.asksIn(4000)) >= 15, "until the order must have been carried out");
  await world.asksIn(6000);
  assert.equal(await world.asksIn(10_000), 2, "and then it rests again");
});

test("nothing is asked by a hidden tab, or while nobody looks", async () => {
  world.begin(pace);
  await settle();
  document.hidden = true;
  assert.equal(await world.asksIn(10_000), 0);
  document.hidden = false;
  document.dispatchEvent(new Event("visibilitychange"));
  await settle();
  assert.equal(world.asked, 2, "and at once when it is seen again");
  world.isWatched = false;
  assert.equal(await world.asksIn(10_000), 0);
  world.isWatched = true;
  assert.ok(await world.asksIn(500));
});

test("a question without an answer is asked again, after pauses that grow", async () => {
  world.begin(() => Promise.reject(new TypeError("failed")));
  await settle();
  assert.deepEqual(world.troubles, ["no connection"]);
  assert.equal(await world.asksIn(10_000), 4); // after 0.5, 1, 2 and 4 s
  assert.ok((await world.asksIn(120_000)) <= 6, "and every half minute in the end");
  world.answers = [pace];
  await world.asksIn(31_000);
  assert.equal(world.troubles.at(-1), "");
  assert.equal(await world.asksIn(1000), 4, "as before");
});

test("a question over a connection that broke unnoticed is given up, and asked again", async () => {
  world.begin(() => new Promise(() => {}), pace);
  await settle();
  assert.equal(await world.asksIn(29_000), 0);
  assert.deepEqual(world.troubles, []);
  assert.equal(await world.asksIn(2000), 3);
  assert.deepEqual(world.troubles.slice(0, 2), ["no connection", ""]);
});

test("what answers in the server's place is said, and is not the end of the run", async () => {
  const html = (status) => () => new Response("<html>", { status, headers: { "content-type": "text/html" } });
  for (const [answer, trouble] of [
    [html(502), "the server answers 502"],
    [html(404), "the server answers 404"],
    [html(200), "something else answers in the server’s place"],
  ]) {
    world.begin(answer);
    await settle();
    assert.equal(world.troubles.at(-1), trouble);
    world.connection.close();
  }
  assert.deepEqual(world.told, []);
});

test("a run that is over is told from a server that was started again", async () => {
  for (const [server, isRestarted] of [
    ["a", false],
    ["b", true],
  ]) {
    world.begin(pace, gone(server));
    await world.asksIn(500);
    assert.deepEqual(world.told.at(-1), { kind: "gone", isRestarted });
    world.connection.close();
  }
});

test("after the connection is closed no answer is told, and nothing is asked", async () => {
  let answer;
  world.begin(() => new Promise((resolve) => (answer = resolve)));
  await settle();
  world.connection.close();
  answer(pace());
  assert.equal(await world.asksIn(2000), 0);
  assert.deepEqual([world.told, world.troubles], [[], []]);
});
