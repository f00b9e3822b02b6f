"""Tests of what devices can do: one contract per capability, run over each driver."""
