"""How good a generator's samples are.

The modules:

    metrics             formulas on features and labels
    classifier          the digit classifier whose features the metrics are computed on
    train_classifier    how it is trained
    sample_quality      all figures of a model beside those of real digits
    mode_coverage       how many modes of stacked MNIST a generator finds
    nearest             the training images that are nearest to one image
"""
