"""Tests of the sales import."""
