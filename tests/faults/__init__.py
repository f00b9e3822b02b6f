"""What happens when things die: processes killed at random moments."""
