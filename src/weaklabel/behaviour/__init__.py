"""Behavioural checks: what a model's answers must do when its texts change."""
