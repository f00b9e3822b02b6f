"""What customers and staff say."""
