"""The page on which a store's floor plan is drawn."""
