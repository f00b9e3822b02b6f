"""The ledger: what edges saw and did, exactly once, and the visits and exposure that follow."""
