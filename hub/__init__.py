"""The hub: plans what each zone shall be, keeps what it really was, and tells both."""
