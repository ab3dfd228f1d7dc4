"""`weaklabel slices discover`: the features of a run's records, and the slices on which a model does worst."""
