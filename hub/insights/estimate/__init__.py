"""Estimators: pure functions over arrays. The only place that imports numpy and scipy."""
