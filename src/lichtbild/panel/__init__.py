"""Room panel: quality judged by people."""
