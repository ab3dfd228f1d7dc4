"""`weaklabel split`: read a project, split its records, look for leaks."""
