// Small charts on canvases: lines over steps, and a histogram. Hovering reads the values.

const HEIGHT = 104;
const BINS = 20;
const FIELDS = ["step", "discriminator_loss", "generator_loss", "penalty", "real_score", "fake_score", "discriminator_gradient", "generator_gradient"];
const LINES = {
  losses: ["discriminator_loss", "generator_loss"],
  belief: ["real_score", "fake_score"],
  gradients: ["discriminator_gradient", "generator_gradient"],
};
const LOGARITHMIC = new Set(["gradients", "frechet"]);
const score = (logit) => 1 / (1 + Math.exp(-logit));
const short = (value) => (Math.abs(value) >= 1000 ? value.toExponential(1) : value.toPrecision(3).replace(/\.?0+$/, ""));

// [field][i] of the packed curve, [fields · points].
function columns(values) {
  const points = values.length / FIELDS.length;
  return Object.fromEntries(FIELDS.map((name, i) => [name, values.subarray(i * points, (i + 1) * points)]));
}

// The colours of the theme.
export function palette(root) {
  const style = getComputedStyle(root);
  const read = (name) => style.getPropertyValue(name).trim();
  return { a: read("--line-a"), b: read("--line-b"), line: read("--border-color-primary"), text: read("--body-text-color-subdued"), ground: read("--body-background-fill"), ink: read("--body-text-color") };
}

function prepare(canvas) {
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth || 260;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(HEIGHT * ratio)) canvas.height = Math.round(HEIGHT * ratio);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, HEIGHT);
  return [context, width];
}

function frame(context, width, colors, [from, to]) {
  context.strokeStyle = colors.line;
  context.lineWidth = 1;
  context.strokeRect(0.5, 4.5, width - 1, HEIGHT - 20);
  context.font = "10px ui-sans-serif, system-ui, sans-serif";
  context.fillStyle = colors.text;
  context.textAlign = "left";
  context.fillText(`${from}`, 0, HEIGHT - 4);
  context.textAlign = "right";
  context.fillText(to.toLocaleString("en"), width, HEIGHT - 4);
  context.textAlign = "left";
}

// The ends of y, readable over whatever line runs there.
function ends(context, colors, span) {
  context.fillStyle = colors.text;
  context.strokeStyle = colors.ground;
  context.lineWidth = 3;
  span.map(short).forEach((text, i) => {
    context.strokeText(text, 4, [HEIGHT - 20, 15][i]);
    context.fillText(text, 4, [HEIGHT - 20, 15][i]);
  });
}

// lines: [{x, y, color, faint, dots}]. span: [low, high] of y. last: the end of x. at: the x that is read, or null.
export function plot(canvas, lines, { span: [low, high], logarithmic = false, last, marks = [], at = null, colors }) {
  const [context, width] = prepare(canvas);
  const scale = logarithmic ? (value) => Math.log(Math.max(value, 1e-9)) : (value) => value;
  const across = (x) => (width * x) / last;
  const down = (y) => {
    const share = (scale(y) - scale(low)) / (scale(high) - scale(low));
    return 4 + (HEIGHT - 20) * (1 - Math.min(1.02, Math.max(-0.02, share)));
  };
  frame(context, width, colors, [0, Math.round(last)]);
  context.fillStyle = colors.text;
  for (const { step } of marks) context.fillRect(across(step), 4, 1, HEIGHT - 20);
  for (const { x, y, color, faint, dots } of lines) {
    context.strokeStyle = context.fillStyle = colors[color];
    context.globalAlpha = faint ? 0.3 : 1;
    context.lineWidth = 1.7;
    context.beginPath();
    for (let i = 0; i < x.length; i++) if (Number.isFinite(y[i])) context.lineTo(across(x[i]), down(y[i]));
    context.stroke();
    if (dots) for (let i = 0; i < x.length; i++) context.fillRect(across(x[i]) - 2, down(y[i]) - 2, 4, 4);
  }
  context.globalAlpha = 1;
  ends(context, colors, [low, high]);
  if (at !== null) readAt(context, lines, at, across(at), at > last / 2, colors);
}

function readAt(context, lines, at, place, isRight, colors) {
  context.fillStyle = colors.ink;
  context.fillRect(place, 4, 1, HEIGHT - 20);
  const values = lines.filter(({ faint, x }) => !faint && x.length).map(({ x, y }) => {
    let nearest = 0;
    for (let i = 1; i < x.length; i++) if (Math.abs(x[i] - at) < Math.abs(x[nearest] - at)) nearest = i;
    return short(y[nearest]);
  });
  context.textAlign = isRight ? "right" : "left";
  context.fillText(values.join("  ·  "), place + (isRight ? -5 : 5), 14);
  context.textAlign = "left";
}

// All but a percent at each end, so that one wild step hides nothing.
export function range(lines, logarithmic) {
  const values = lines.flatMap(({ y }) => [...y].filter(Number.isFinite)).sort((a, b) => a - b);
  if (!values.length) return logarithmic ? [0.1, 1] : [0, 1];
  const [low, high] = [values[Math.floor(0.01 * values.length)], values[Math.ceil(0.99 * values.length) - 1]];
  if (logarithmic) return [Math.max(1e-6, low / 1.3), Math.max(high * 1.3, 1e-5)];
  return [Math.min(0, low), high > low ? high * 1.08 : low + 1];
}

export function createCharts(root) {
  const canvases = [...root.querySelectorAll("canvas.chart")];
  let last = null;
  let at = null; // the step under the pointer

  function lines(kind, snapshot) {
    if (kind === "frechet" || kind === "digits") {
      const { values } = snapshot.arrays.judgements;
      const count = values.length / 4; // rows: step, seconds, distance, digits
      const row = kind === "frechet" ? 2 : 3;
      return [{ x: values.subarray(0, count), y: values.subarray(row * count, (row + 1) * count), color: kind === "frechet" ? "a" : "b", dots: true }];
    }
    const pasts = Object.entries(snapshot.arrays).filter(([name]) => name.startsWith("past/")).map(([, { values }]) => columns(values));
    const now = columns(snapshot.arrays.curve.values);
    return LINES[kind].flatMap((field, i) => [
      ...pasts.map((past) => ({ x: past.step, y: past[field], color: "ab"[i], faint: true })),
      { x: now.step, y: now[field], color: "ab"[i] },
    ]);
  }

  function span(kind, all) {
    if (kind === "belief") return [0, 1];
    if (kind === "digits") return [0, 10];
    return range(all, LOGARITHMIC.has(kind));
  }

  function drawLines(canvas, kind, snapshot, colors) {
    const all = lines(kind, snapshot);
    const last = Math.max(1, snapshot.step, ...all.map(({ x }) => x.at(-1) ?? 0));
    plot(canvas, all, { span: span(kind, all), logarithmic: LOGARITHMIC.has(kind), last, marks: snapshot.marks, at, colors });
  }

  function drawHistogram(canvas, snapshot, colors) {
    const [context, width] = prepare(canvas);
    frame(context, width, colors, ["fake", "real"]);
    const bins = ["real_logits", "fake_logits"].map((name) => {
      const counts = new Array(BINS).fill(0);
      for (const logit of snapshot.arrays[name]?.values ?? []) counts[Math.min(BINS - 1, Math.floor(BINS * score(logit)))]++;
      return counts;
    });
    const most = Math.max(1, ...bins.flat());
    bins.forEach((counts, k) => {
      context.fillStyle = colors["ab"[k]];
      counts.forEach((count, i) => {
        const tall = ((HEIGHT - 24) * count) / most;
        context.fillRect(((i + 0.06 + 0.44 * k) * width) / BINS, HEIGHT - 16 - tall, (0.42 * width) / BINS, tall);
      });
    });
  }

  function draw(snapshot) {
    last = snapshot;
    const colors = palette(root);
    for (const canvas of canvases) {
      const kind = canvas.dataset.chart;
      if (!snapshot) frame(...prepare(canvas), colors, [0, 0]);
      else if (kind === "histogram") drawHistogram(canvas, snapshot, colors);
      else drawLines(canvas, kind, snapshot, colors);
    }
  }

  for (const canvas of canvases) {
    canvas.addEventListener("pointermove", (event) => {
      if (!last || canvas.dataset.chart === "histogram") return;
      const { left, width } = canvas.getBoundingClientRect();
      at = Math.round((Math.max(1, last.step) * (event.clientX - left)) / width);
      draw(last);
    });
    canvas.addEventListener("pointerleave", () => {
      at = null;
      if (last) draw(last);
    });
  }
  return { draw };
}
