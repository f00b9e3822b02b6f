"""The guard: its decisions, its process, and its place in the house."""
