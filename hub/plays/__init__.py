"""The play log: which tracks were heard where and when, for licence reports."""
