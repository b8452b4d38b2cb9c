"""How good a generator's samples are.

The modules:

    metrics             formulas on features and labels
    classifier          a small classifier, whose features the metrics are computed on; the one that ships
    train_classifier    how it is trained
    feature_networks    one for each data set, trained once and kept
    comparison          all figures of a model beside those of real pictures that are held out
    best                measures a run while it trains, and keeps its best model
    sample_quality      a few figures of digits, for live runs
    mode_coverage       how many modes of stacked MNIST a generator finds
    nearest             the training images that are nearest to one image
"""
