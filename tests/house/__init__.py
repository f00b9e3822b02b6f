"""Tests of the house itself: imports, packaging, set-up."""
