"""What really played, who changed what and why, what went wrong; and one moment explained."""
