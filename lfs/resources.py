"""Two labeling functions as Snorkel's own documentation writes them; weaklabel runs them unchanged."""

from snorkel.labeling import labeling_function


@labeling_function()
def names_r_packages(text):
    """The parameter is called `text`, so this one gets the record's text."""
    return "r" if any(name in text for name in ("ggplot2", "tidyverse", "tidymodels", "CRAN", "lme4")) else None


@labeling_function()
def is_titled_as_dataset(x):
    """Any other parameter gets a data point, with the record's columns as attributes."""
    return "datasets" if x.title.lower().endswith(("dataset", "benchmark", "corpus", "treebank")) else None
