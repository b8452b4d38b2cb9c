// uPlot writes numbers in the browser's language, and cannot be loaded where that is none: WebKit calls it "C" on a
// system for which no language was chosen. This module is imported before uPlot, and says English there.

try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en" });
}
