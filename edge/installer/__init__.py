"""Tools for whoever stands on the ladder: check, init, drivers and fail-levels.

rich is imported here alone, and only when a tool shows something: the agent never loads it.
"""
