"""What is on: every zone of a store, and what can be chosen there."""
