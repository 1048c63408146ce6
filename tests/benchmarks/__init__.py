"""Measurements, run by hand (`python -m benchmarks.bench_sql` in tests/); pytest skips them."""
