"""Tests of reactions in the hub."""
