"""`weaklabel behaviour`: run the behavioural checks of a slices file against a model."""
