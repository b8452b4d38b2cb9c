/** What a run can race against, each a second run that differs in one thing. */

/**
 * @typedef {object} Rival a run to race against
 * @property {string} title
 * @property {string} words what is different, for who does not know the title's words
 * @property {Pick<import("./run.js").Wish, "recipe" | "change">} wish what it is started with
 */

/** @type {Rival[]} */
export const RIVALS = [
  {
    title: "An autoencoder (VAE)",
    words:
      "Another way to make pictures, without a discriminator: it learns to squeeze a picture and to draw it again.",
    wish: { recipe: "autoencoder" },
  },
  {
    title: "The article’s networks",
    words: "The networks of the article that this project began with: larger, and slower on a small machine.",
    wish: { recipe: "article" },
  },
  {
    title: "The same, without R1",
    words: "Your networks, and nothing that keeps D’s slope small. (That is what the penalty R1 does.)",
    wish: { recipe: "fast", change: { r1_gamma: 0 } },
  },
  {
    title: "The same, four times as slow",
    words: "Your networks with a quarter of the learning rates: each step changes them less.",
    wish: { recipe: "fast", change: { generator_lr: 5e-4, discriminator_lr: 5e-4 } },
  },
  {
    title: "The same, with β₁ 0.9",
    words:
      "Your networks with an optimiser that keeps its direction for longer, as most networks are trained.",
    wish: { recipe: "fast", change: { beta1: 0.9 } },
  },
  {
    title: "The article’s loss, as printed",
    words:
      "Your networks with the loss that the article prints, whose sign is wrong: G is paid for being caught.",
    wish: { recipe: "as-printed" },
  },
];

/** The recipe of the rival that has no discriminator, and that is not told the digit. */
export const AUTOENCODER = "autoencoder";

/** What a race against the autoencoder shows. */
export const MORAL =
  "No opponent: it learns to give real pictures back from a few numbers, and its loss only falls. Its copies are good. " +
  "What it makes of random numbers is soft: sure of no pixel, it draws the mean of what might be there.";
