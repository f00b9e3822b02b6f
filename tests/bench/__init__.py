"""Benchmarks: ``make bench`` prints figures as ratios to a floor measured in the same run.

They assert nothing: machines are noisy, so a person reads them.
"""
