"""Drivers that need no hardware, picked by name and never by default."""
