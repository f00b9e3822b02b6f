"""The agent on a Pi: plays plans, watches sensors, and reports what really happened."""
