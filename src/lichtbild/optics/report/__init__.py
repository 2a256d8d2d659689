"""The report of a lens: every analysis as a part with figures, tables and numbers."""
