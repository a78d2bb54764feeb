"""What the service costs, beside what it could not do without: `python -m benchmarks`. See README.md in this folder."""
