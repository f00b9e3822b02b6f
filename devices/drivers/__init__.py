"""Drivers, one family a module. Only the edge's wiring reaches in here."""
