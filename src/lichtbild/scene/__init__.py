"""Floor 3: what a camera is pointed at: charts that carry their truth, a night street, photographs."""
