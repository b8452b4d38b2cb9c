"""Names of classes in a checkpoint's metadata, which anybody may have written."""

import json
import unicodedata

import pytest

from gan.errors import InputError
from gan.networks.class_names import MAX_LETTERS, find, names_of, to_text

CLOTHES = ("T-shirt/top", "Coat", "coat", "が")


def test_names_survive_the_metadata():
    assert names_of({"class_names": to_text(CLOTHES)}, 4) == CLOTHES
    assert "が" in to_text(CLOTHES)


TOO_LONG = json.dumps(["a", "b" * (MAX_LETTERS + 1)])


@pytest.mark.parametrize(
    "text", ["", "[", "3", '{"a": 1}', "[1, 2]", '["a"]', '["a", "a"]', "[" * 9999, TOO_LONG]
)
def test_what_are_no_names_leaves_numbers(text):
    assert names_of({"class_names": text}, 2) == ("0", "1")
    assert names_of({}, 2) == ("0", "1")


@pytest.mark.parametrize(
    ("wanted", "found"), [("T-shirt/top", 0), ("t-SHIRT/TOP", 0), ("Coat", 1), ("coat", 2)]
)
def test_a_class_is_found_by_its_name(wanted, found):
    assert find(CLOTHES, wanted) == found


def test_a_class_is_found_by_the_name_that_macos_types():
    assert find(CLOTHES, unicodedata.normalize("NFD", "が")) == 3


@pytest.mark.parametrize("wanted", ["COAT", "7", "shirt", "x" * 9999])
def test_a_name_that_is_none_or_several(wanted):
    with pytest.raises(InputError, match="the model has T-shirt/top, Coat, coat, が") as error:
        find(CLOTHES, wanted)
    assert len(str(error.value)) < 400


def test_an_unconditional_model_has_none():
    with pytest.raises(InputError, match="unconditional"):
        find((), "7")
