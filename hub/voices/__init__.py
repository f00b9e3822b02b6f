"""What customers and staff say of the atmosphere, joined to what played."""
