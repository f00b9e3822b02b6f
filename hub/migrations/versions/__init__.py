"""One module a step, oldest first by name."""
