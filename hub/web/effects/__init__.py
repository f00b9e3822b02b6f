"""What the atmosphere went together with."""
