"""The tests; they mirror the four packages and are never shipped."""
