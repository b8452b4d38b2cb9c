// Diagnoses cases that Python sends: {rules, cases: [{signals, loss}]} -> a diagnosis each.
import { text } from "node:stream/consumers";
import { diagnose } from "../../gan/web/training/diagnosis.js";

const { rules, cases } = JSON.parse(await text(process.stdin));
console.log(JSON.stringify(cases.map(({ signals, loss }) => diagnose(rules, signals, loss))));
