"""Tests of the demo: its history and its processes."""
