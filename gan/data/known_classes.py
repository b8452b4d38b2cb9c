"""Names of the classes of published data sets, by the number that stands in their files."""

import string

_DIGITS = dict(enumerate(string.digits))
_FASHION = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag")
_FASHION += ("Ankle boot",)
_CIFAR = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_BALANCED = string.digits + string.ascii_uppercase + "abdefghnqrt"  # the others look like their capitals
_BY_CLASS = string.digits + string.ascii_uppercase + string.ascii_lowercase

CLASS_NAMES = {
    "mnist": _DIGITS,
    "fashion-mnist": dict(enumerate(_FASHION)),
    "kmnist": dict(enumerate("おきすつなはまやれを")),
    "cifar-10": dict(enumerate(_CIFAR)),
    "emnist-letters": dict(enumerate(string.ascii_uppercase, 1)),
    "emnist-balanced": dict(enumerate(_BALANCED)),
    "emnist-bymerge": dict(enumerate(_BALANCED)),
    "emnist-byclass": dict(enumerate(_BY_CLASS)),
    "emnist-digits": _DIGITS,
    "emnist-mnist": _DIGITS,
}
