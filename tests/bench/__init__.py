"""Benchmarks: ``make bench`` prints figures as ratios to a floor measured in the same run.

They assert nothing: machines are noisy, so a person reads them. Hub and agents begin as a shop's
do, from nothing.
"""

from tests.parts.stemning_processes import Stemning

Stemning.from_nothing = True
