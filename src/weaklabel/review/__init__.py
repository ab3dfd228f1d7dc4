"""The review: people decide on the tags of records, one record at a time, on a page that this package serves."""
