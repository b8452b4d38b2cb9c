/**
 * The formulas of the Learn page: LaTeX in formulas.tex, turned into MathML in learn.html. `npm run formulas` writes
 * them; formulas.test.mjs fails while they differ.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import temml from "temml";

const LEARN = new URL("../../gan/web/learn/", import.meta.url);
const PAGE = new URL("learn.html", LEARN);
const WIDTH = 90; // columns up to which an element stays on one line

/** @typedef {{latex: string, displayMode: boolean}} Formula */

/**
 * @param {string} text As formulas.tex has it.
 * @returns {Map<string, Formula>} By name.
 */
export function parseFormulas(text) {
  const lines = text.split("\n").filter((line) => line && !line.startsWith("%"));
  return new Map(
    lines.map((line) => {
      const [, name, open, latex, close] = line.match(/^([\w-]+): \\([[(])(.*)\\([\])])$/) ?? [];
      if (`${open}${close}` !== "[]" && `${open}${close}` !== "()") throw new Error(`no formula: ${line}`);
      return [name, { latex, displayMode: open === "[" }];
    }),
  );
}

/** @typedef {{open: string, children: Element[], text: string, close: string}} Element */

/**
 * One formula as MathML. What Temml's own stylesheet would need is left out.
 *
 * @param {Formula} formula
 * @param {string} indent Goes before all lines but the first.
 */
export function toMathML({ latex, displayMode }, indent) {
  const text = temml
    .renderToString(latex, { displayMode, annotate: false, throwOnError: true, wrap: "none" })
    .replaceAll(/ (class|style)="[^"]*"/g, "")
    .replace('<math display="block">', '<math display="block" tabindex="0">'); // it may scroll sideways
  return breakLines(parseElement(text), indent).trimStart();
}

/**
 * @param {string} text
 * @returns {Element}
 */
function parseElement(text) {
  /** @type {Element[]} */
  const open = [{ open: "", children: [], text: "", close: "" }];
  for (const [, slash, name, attributes, content] of text.matchAll(/<(\/?)(\w+)([^>]*)>([^<]*)/g)) {
    if (slash) open.pop();
    else {
      const element = { open: `<${name}${attributes}>`, children: [], text: content, close: `</${name}>` };
      open[open.length - 1].children.push(element);
      open.push(element);
    }
  }
  return open[0].children[0];
}

/** @param {Element} element @returns {string} */
const flat = ({ open, children, text, close }) => `${open}${text}${children.map(flat).join("")}${close}`;

/**
 * An element on one line if it fits, or else its children on lines of their own.
 *
 * @param {Element} element
 * @param {string} indent
 * @returns {string}
 */
function breakLines(element, indent) {
  const { open, children, close } = element;
  const line = indent + flat(element);
  if (line.length <= WIDTH || !children.length) return line;
  return [indent + open, ...children.map((child) => breakLines(child, `${indent}  `)), indent + close].join(
    "\n",
  );
}

/**
 * The page with its formulas written anew.
 *
 * @param {string} page As learn.html has it.
 * @param {Map<string, Formula>} formulas
 */
export function fill(page, formulas) {
  return page.replaceAll(/<!-- formula: ([\w-]+) -->.*?<!-- \/formula -->/gs, (_, name, at) => {
    const formula = formulas.get(name);
    if (!formula) throw new Error(`formulas.tex has no formula of the name ${name}`);
    const line = page.slice(page.lastIndexOf("\n", at) + 1, at);
    const indent = " ".repeat(line.length - line.trimStart().length);
    const gap = formula.displayMode ? `\n${indent}` : "";
    return `<!-- formula: ${name} -->${gap}${toMathML(formula, indent)}${gap}<!-- /formula -->`;
  });
}

/** The formulas, the page as it is, and the page as it should be. */
export function read() {
  const formulas = parseFormulas(readFileSync(new URL("formulas.tex", LEARN), "utf8"));
  const page = readFileSync(PAGE, "utf8");
  return { formulas, page, filled: fill(page, formulas) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, read().filled);
