"""Floor 1: pictures and plots for reports and notebooks."""
