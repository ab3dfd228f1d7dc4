"""Train, dev and test splits that keep as data grows, and what leaks between them."""
