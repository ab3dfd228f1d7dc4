"""What all measures of probabilities agree on."""

MIN_P = 1e-3
"""Where logarithms are taken, a probability is at least this, and at most 1 - this."""
SHOWN = 0.05
"""Calibration is that of cells above; a million cells of which nothing is said would drown the others."""
N_BINS = 10
"""The bins of calibration are (0, .1], (.1, .2], …, (.9, 1]; 0 belongs to the first."""
