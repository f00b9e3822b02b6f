"""Tests of the pure part: scenes, plans, fades and the wire contract."""
