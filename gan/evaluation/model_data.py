"""The data set that a model was trained on, found again from what its checkpoint says."""

from pathlib import Path

from gan.data import datasets
from gan.data.held_out import Splits, load_splits
from gan.data.pictures import Progress
from gan.errors import InputError, require
from gan.networks.checkpoints import Model
from gan.training.data_of_run import is_there, source_of


def splits_of(
    model: Model, path: Path, dataset: str | None = None, progress: Progress | None = None
) -> Splits:
    """The splits of the data set that a model was trained on.

    Args:
      path: the model's file, which messages name; beside it a run notes where its data lies.
      dataset: the data set's name or path; None: where the checkpoint says.
      progress: for `datasets.load_dataset`.
    Raises:
      InputError: the data set is not there, or it is another one.
    """
    metadata = model.metadata
    trained_on = metadata.get("dataset", "mnist")
    source = dataset or source_of(path.parent, trained_on)
    if dataset is None and (source is None or not (source in datasets.NAMES or is_there(source))):
        name = datasets.public_name(trained_on)
        raise InputError(f"{path}: trained on {name}, which is not here; add --dataset with its path")
    config, polarity = model.recipe.model, metadata.get("polarity", "auto")
    splits = load_splits(source, int(metadata.get("size", config.size)), polarity, progress)
    train, known = splits.train, metadata.get("data")
    is_same = known in (train.fingerprint(), train.images_fingerprint()) if known else True
    pictures = (config.size, config.size, config.channels)
    fits = train.images.shape[1:] == pictures and config.classes in (0, train.classes)
    named = dataset is None or bool(known) or datasets.public_name(train.name) == trained_on
    require(
        is_same and fits and named,
        f"{path}: was not trained on the pictures of {source}; add --dataset with the name or the path of "
        f"{datasets.public_name(trained_on)}",
    )
    return splits
