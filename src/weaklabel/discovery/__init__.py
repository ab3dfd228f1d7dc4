"""Slices on which a model does worst, found by search."""
