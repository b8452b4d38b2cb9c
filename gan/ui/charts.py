"""Small line charts as SVG: two curves, a few kilobytes, nothing for the page to compute."""

import numpy as np

WIDTH, HEIGHT = 600, 150


def chart(
    title: str, step: np.ndarray, a: np.ndarray, b: np.ndarray, names: tuple[str, str], bounds: tuple | None
) -> str:
    """Two curves over the same steps.

    Args:
      step, a, b: [N]; N may be 0.
      bounds: the lowest and highest value shown; None: 0 to a little above the curves.
    """
    low, high = bounds or (0.0, _ceiling(np.concatenate([a, b])))
    last = f"{step[-1]:,.0f}" if len(step) else "0"
    values = [f" {curve[-1]:.2f}" if len(curve) else "" for curve in (a, b)]
    lines = "".join(f'<line x1="0" x2="{WIDTH}" y1="{y}" y2="{y}"/>' for y in (0, HEIGHT / 2, HEIGHT))
    paths = "".join(
        f'<path class="{name}" d="{_path(step, curve, low, high)}"/>' for name, curve in (("a", a), ("b", b))
    )
    return (
        f'<figure class="chart"><figcaption><b>{title}</b><span><span class="a">{names[0]}{values[0]}</span>'
        f'<span class="b">{names[1]}{values[1]}</span></span></figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" aria-label="{title}">'
        f"{lines}{paths}</svg>"
        f'<div class="scale"><span>{low:g} – {high:g}</span><span>step {last}</span></div></figure>'
    )


def _ceiling(values: np.ndarray) -> float:
    """A round number above nearly all values: a spike at the start shall not flatten the rest."""
    top = float(np.percentile(values, 98)) if len(values) else 1.0
    unit = 10.0 ** np.floor(np.log10(max(top, 1e-3)))
    return float(np.ceil(top / unit * 2) * unit / 2)


def _path(step: np.ndarray, curve: np.ndarray, low: float, high: float) -> str:
    if len(step) < 2:
        return ""
    x = WIDTH * (step - step[0]) / max(step[-1] - step[0], 1)
    y = HEIGHT * (1 - np.clip((curve - low) / (high - low), 0, 1))
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(x, y, strict=True))
