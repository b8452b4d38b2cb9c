"""Which losses make log-odds of D's logits is known to the page as to Python."""

import re

from gan.training.losses import LOSSES, cross_entropy
from tests.conftest import ROOT


def test_the_page_takes_logits_for_log_odds_where_the_loss_makes_them_such():
    text = (ROOT / "gan/web/train/verdicts.js").read_text()
    (names,) = re.findall(r"PROBABILITIES = new Set\(\[(.*?)\]\)", text)
    ours = {name for name, loss in LOSSES.items() if loss.discriminator is cross_entropy}
    assert set(re.findall(r'"(.*?)"', names)) == ours
    (others,) = re.findall(r"BORDERS = \{(.*?)\}", text)
    assert set(re.findall(r'([\w-]+)"?:', others)) < set(LOSSES) - ours
