// What leaves the page: a link, a program, a picture.

import { editsFrom } from "../engine/latents.js";
import { make, paint } from "../shared/paint.js";
import { SAID, copyOrShow, save } from "../shared/files.js";
import { SOURCES } from "../shared/state.js";

const pairs = (moves) =>
  Object.entries(moves)
    .filter(([, move]) => move)
    .map(([i, move]) => `${i}: ${move}`)
    .join(", ");

// A program that draws the same picture, that of z, with this package. The directions of a quick
// survey are in no file: where they led is said axis by axis.
export function asPython(state, model, z) {
  if (model.isLive && pairs(state.shifts))
    state = { ...state, truncation: 1, shifts: {}, edits: editsFrom(state.seed, z) };
  const options = [`seed=${state.seed}`];
  if (state.truncation !== 1) options.push(`truncation=${state.truncation}`);
  if (pairs(state.shifts)) options.push(`shifts={${pairs(state.shifts)}}`);
  if (pairs(state.edits)) options.push(`edits={${pairs(state.edits)}}`);
  return `from gan.exploring.explorer import Explorer
from gan.networks import images

explorer = Explorer(${JSON.stringify(model.path)})
z = explorer.place(${options.join(", ")})
picture = explorer.draw(z${model.classes ? `, digit=${state.digit}` : ""})[0]  # uint8 [28, 28, 1]
images.picture(picture, 280).save("digit.png")
`;
}

// Of a picture's file: "forger-3-seed7.png".
export function nameOf({ view, seed, digit, source }, { classes }) {
  const place = source ? SOURCES[source].seed : `seed${seed}`;
  return `forger-${view === "morph" ? "morph" : classes ? `${digit}-${place}` : place}.png`;
}

/**
 * The address of a picture, for somebody else. What the query holds is the visitor's own (a run that is watched, a
 * theme, the tab that was open) and is left out: it would lead elsewhere.
 * @param {string} hash the picture, as state.js writes it: "#model=…"
 * @param {string} here the address of this page
 * @returns {string}
 */
export function linkTo(hash, here) {
  const address = new URL(hash, here);
  address.search = "";
  return address.href;
}

export function savePicture(pixels, size, name) {
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  paint(canvas, pixels);
  canvas.toBlob((blob) => save(blob, name));
}

// The buttons that share what is shown. Returns hush(): what was said of that is over.
export function createShare(root, page) {
  const find = (selector) => root.querySelector(selector);
  let saying;

  function say(text) {
    find(".done").textContent = text;
    find(".error").textContent = "";
    clearTimeout(saying);
    saying = setTimeout(hush, SAID);
  }

  const hush = () => (find(".done").textContent = "");

  function offerCopy(button, text, name) {
    find(button).addEventListener("click", () => {
      if (name === "link" && page.isOwn) return say("Only this page has this model: no link leads to it.");
      hush();
      return copyOrShow(text(), find(button), page.complain).then(
        (isCopied) => isCopied && say(`The ${name} is copied.`),
      );
    });
  }

  offerCopy(".link", () => linkTo(page.hash(), location.href), "link");
  offerCopy(".python", () => asPython(page.state, page.described, page.z()), "program");
  find(".png").addEventListener("click", () => {
    hush();
    const size = Number(find(".size").value);
    if (!(Number.isInteger(size) && size >= 28 && size <= 4096))
      return page.complain({ message: "A PNG has 28 to 4096 pixels." });
    savePicture(page.picture, size, nameOf(page.state, page.described));
    return say("The picture is saved.");
  });
  return hush;
}
