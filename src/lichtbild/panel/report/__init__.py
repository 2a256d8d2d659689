"""The panel's report: what observers said, with intervals, as a page and as JSON."""
