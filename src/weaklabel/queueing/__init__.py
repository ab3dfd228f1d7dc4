"""`weaklabel queue`: a run's records in the order in which a person should look at them, and what that would save."""
