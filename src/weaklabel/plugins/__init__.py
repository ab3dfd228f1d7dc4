"""Other people's code: loaded, located, and told apart by what it depends on."""

from weaklabel.plugins.load import Plugin, load_entry_points, load_files, place_of, values_in

__all__ = ["Plugin", "load_entry_points", "load_files", "place_of", "values_in"]
