"""Reactions: what is measured in a zone, and the scenes that answer to it. See README.md."""
