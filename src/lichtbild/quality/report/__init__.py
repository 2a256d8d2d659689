"""The laboratory's report: one page for all that was measured."""
