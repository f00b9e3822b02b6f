"""What an agent keeps: plans and numbered events on its disk, until the hub has committed them."""
