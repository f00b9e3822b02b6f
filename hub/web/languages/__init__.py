"""The languages that pages speak: their catalogues, and whose page speaks which."""
