"""Floor plans: where each zone of a store is, as somebody drew it, or tidily in rows."""
