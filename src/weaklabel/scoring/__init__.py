"""A model's predictions, held against gold or given tags: on all records, slice by slice, tag by tag."""
