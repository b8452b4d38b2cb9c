// Spot the forgery: ten digits, one at a time. The player says real or forged; then the page shows what it was, and
// what D made of it. sources.js knows who forges, rounds.js deals the digits, words.js says how it went.

/** @import { KnownModel } from "../../shared/known_model.js" */
/** @import { OwnRun } from "./sources.js" */
/** @import { Round } from "./rounds.js" */

import { within } from "../../shared/elements.js";
import { copyOrShow, SAID } from "../../shared/files.js";
import { isBrowsersKey } from "../../shared/keys.js";
import { make, paint, paintSaliency } from "../../shared/paint.js";
import { challengeTo, gameIn, keepAnswers, keptAnswers, writeGame } from "./link.js";
import { loadRealDigits } from "./real_digits.js";
import { createResult } from "./result.js";
import { anyGame, dealRounds, dSaysForged, planRounds, ROUNDS, unknownGame } from "./rounds.js";
import { Sources } from "./sources.js";
import { listenToSwipes } from "./swipes.js";
import { scoresOf, verdictOf } from "./words.js";

/**
 * Brings forgery.html to life.
 * @param {HTMLElement} root holds it
 * @param {Promise<KnownModel | null>} model of digits, with its D; null if no such model is on this page
 * @param {OwnRun} ownRun the visitor's own run
 */
export async function mountForgery(root, model, ownRun) {
  const { find } = within(root);
  try {
    const known = await model;
    root.hidden = !known;
    if (known) await new Game(root, known, ownRun).start();
  } catch (error) {
    find(".error").textContent = `The game cannot begin: ${/** @type {Error} */ (error).message}.`;
  }
}

class Game {
  /**
   * @param {HTMLElement} root
   * @param {KnownModel} model
   * @param {OwnRun} ownRun
   */
  constructor(root, model, ownRun) {
    const { seed, beat } = gameIn(location.search);
    this.root = root;
    this.sources = new Sources(root, model, ownRun, () => this.playAgain());
    this.elements = within(root);
    this.seed = seed ?? anyGame();
    this.beat = beat; // the challenger's score
    this.deals = 0; // how often digits were asked for
    /** @type {Set<number>} */
    this.known = new Set(); // the numbers of the real digits that were dealt
    /** @type {Round[]} */
    this.rounds = [];
    /** @type {boolean[]} */
    this.guesses = []; // whether the player called each round forged
    this.at = 0; // the round that is shown
    this.marks = this.elements
      .all(".marks")
      .map((row) => Array.from({ length: ROUNDS }, () => make(row, "i")));
    this.showResult = createResult(root);
  }

  /** Whether the round that is shown was answered. */
  get isAnswered() {
    return this.guesses.length > this.at;
  }

  async start() {
    const { find, button, input } = this.elements;
    this.real = await loadRealDigits();
    await this.deal(this.seed, this.beat);
    this.goOn();
    button(".real").addEventListener("click", () => this.answer(false));
    button(".forged").addEventListener("click", () => this.answer(true));
    button(".next").addEventListener("click", () => this.next());
    button(".again").addEventListener("click", () => this.playAgain());
    button(".challenge-link").addEventListener("click", () => this.copyChallenge());
    input(".looks").addEventListener("change", () => this.showLooks());
    this.root.addEventListener("keydown", (event) => this.followKey(event));
    listenToSwipes(find(".plate"), (isForged) => this.answer(isForged));
  }

  /**
   * Ten digits, and the first of them on the plate. Until they are there, the game before stays as it is.
   * @param {number} seed of the game
   * @param {number | null} beat the challenger's score
   */
  async deal(seed, beat) {
    if (!this.real) return;
    const { find } = this.elements;
    const number = ++this.deals;
    const forger = await this.sources.forger();
    const rounds = await dealRounds(seed, forger.model, this.real);
    if (number !== this.deals) return; // others were asked for meanwhile
    this.sources.show(forger);
    for (const { real, isForged } of planRounds(seed, this.real.labels)) if (!isForged) this.known.add(real);
    this.seed = seed;
    this.beat = beat;
    this.rounds = rounds;
    this.guesses = [];
    this.at = 0;
    find(".challenge").hidden = this.beat === null;
    find(".challenge").textContent = `A friend spotted ${this.beat} of these ten. Can you do better?`;
    find(".result").hidden = true;
    this.root.classList.remove("over");
    this.showRound();
    this.root.setAttribute("aria-busy", "false");
  }

  /** Where this tab has left the game before a reload. */
  goOn() {
    this.guesses = keptAnswers(this.seed, this.beat, ROUNDS);
    this.at = Math.min(this.guesses.length, ROUNDS - 1);
    if (this.guesses.length === ROUNDS) this.finish();
    else if (this.guesses.length) this.showRound();
  }

  /** The round's digit, not answered yet. */
  showRound() {
    const { find, canvas, button } = this.elements;
    paint(canvas(".picture"), this.rounds[this.at].picture);
    canvas(".picture").setAttribute("aria-label", `Digit ${this.at + 1} of ${ROUNDS}: real or forged?`);
    find(".count").textContent = `Round ${this.at + 1} of ${ROUNDS}`;
    for (const part of [".title", ".you", ".d"]) find(`.verdict ${part}`).textContent = "";
    for (const answer of [".real", ".forged"]) {
      button(answer).disabled = false;
      button(answer).removeAttribute("aria-pressed");
    }
    find(".seal").hidden = true;
    find(".onwards").hidden = true;
    this.showLooks();
    this.showScores();
  }

  /** @param {boolean} isForged what the player says */
  answer(isForged) {
    if (this.isAnswered || !this.rounds.length) return;
    this.guesses.push(isForged);
    if (!this.sources.isOwn) {
      writeGame(this.seed);
      keepAnswers(this.seed, this.beat, this.guesses);
    }
    const { find, button } = this.elements;
    const round = this.rounds[this.at];
    const { title, you, d } = verdictOf(round, isForged);
    find(".verdict .title").textContent = title;
    find(".verdict .you").textContent = you;
    find(".verdict .d").textContent = d;
    for (const answer of [".real", ".forged"]) {
      button(answer).disabled = true;
      button(answer).setAttribute("aria-pressed", String((answer === ".forged") === isForged));
    }
    const seal = find(".seal");
    seal.textContent = round.isForged ? "Forged" : "Real";
    seal.classList.toggle("is-real", !round.isForged);
    seal.hidden = false;
    find(".onwards").hidden = false;
    button(".next").textContent = this.at + 1 < ROUNDS ? "Next digit" : "See the result";
    button(".next").focus({ preventScroll: true });
    this.showLooks();
    this.showScores();
  }

  /** Where D looks, on a digit that was answered. */
  showLooks() {
    const { find, canvas, input } = this.elements;
    const isShown = this.isAnswered && input(".looks").checked;
    canvas(".saliency").hidden = !isShown;
    find(".legend").hidden = !isShown;
    if (isShown) paintSaliency(canvas(".saliency"), this.rounds[this.at].saliency);
  }

  showScores() {
    const { you, d } = scoresOf(this.rounds, this.guesses);
    const played = this.guesses.length;
    this.elements.all(".sum").forEach((sum, i) => {
      sum.textContent = `${[you, d][i]} of ${played}`;
    });
    this.rounds.forEach((round, i) => {
      const isRight = [this.guesses[i] === round.isForged, dSaysForged(round) === round.isForged];
      this.marks.forEach((row, player) => {
        row[i].className = i >= played ? "" : isRight[player] ? "right" : "wrong";
        row[i].classList.toggle("now", i === this.at);
      });
    });
  }

  next() {
    if (!this.isAnswered) return;
    if (this.at + 1 < ROUNDS) {
      this.at++;
      this.showRound();
      this.elements.button(".real").focus({ preventScroll: true });
    } else this.finish();
  }

  finish() {
    const { find, button } = this.elements;
    this.root.classList.add("over");
    this.showResult(this.rounds, this.guesses, this.beat, this.sources.linked);
    find(".count").textContent = "The end";
    const { isOwn } = this.sources;
    button(".challenge-link").hidden = isOwn; // no other page has these networks
    button(".own").hidden = isOwn;
    button(isOwn ? ".again" : ".challenge-link").focus({ preventScroll: true });
    this.root.scrollIntoView({ block: "nearest" });
  }

  /** Ten other digits; of a run, by the networks that it has now. */
  async playAgain() {
    if (!this.real) return;
    const error = this.elements.find(".error");
    this.root.setAttribute("aria-busy", "true");
    error.textContent = "";
    const dealing = this.deal(unknownGame(this.real.labels, this.known), null);
    const number = this.deals;
    try {
      await dealing;
    } catch (reason) {
      if (number !== this.deals) return; // others are on their way
      this.sources.goBack();
      error.textContent = `There are no new digits: ${/** @type {Error} */ (reason).message}.`;
      this.root.setAttribute("aria-busy", "false");
      return;
    }
    this.elements.button(".real").focus({ preventScroll: true });
    this.root.scrollIntoView({ block: "nearest" });
  }

  async copyChallenge() {
    const { find, button } = this.elements;
    const { you } = scoresOf(this.rounds, this.guesses);
    const showError = (/** @type {Error} */ { message }) => {
      find(".error").textContent = message;
    };
    const link = challengeTo(location.href, this.seed, you);
    if (!(await copyOrShow(link, button(".challenge-link"), showError))) return;
    find(".result .done").textContent = "The link is copied.";
    setTimeout(() => {
      find(".result .done").textContent = "";
    }, SAID);
  }

  /** @param {KeyboardEvent} event */
  followKey(event) {
    const isForged = { ArrowLeft: false, ArrowRight: true }[event.key];
    const isChoice = event.target instanceof HTMLInputElement && event.target.type === "radio"; // its arrows choose who forges
    if (isForged === undefined || isChoice || isBrowsersKey(event)) return;
    event.preventDefault();
    this.answer(isForged);
  }
}
