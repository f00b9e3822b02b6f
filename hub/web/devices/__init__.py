"""Whether every device answers, and what can be asked of it: health in three separate links."""
