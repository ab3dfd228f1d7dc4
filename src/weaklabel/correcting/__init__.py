"""From decisions back into the run: `weaklabel apply`, `weaklabel status`, and the decisions that a run reads."""
