// {description, recipes} -> of each recipe, why it is refused, or null.
import { text } from "node:stream/consumers";
import { whyRefused } from "../../gan/web/training/controls.js";

const { description, recipes } = JSON.parse(await text(process.stdin));
console.log(JSON.stringify(recipes.map((recipe) => whyRefused(description, recipe))));
