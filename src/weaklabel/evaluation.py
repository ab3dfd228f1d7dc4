"""`weaklabel evaluate`: read predictions, gold and slices, and score them."""
