"""The scene book."""
