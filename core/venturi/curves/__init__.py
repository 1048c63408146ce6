"""Metric histories as curves: sampling that keeps the shape, smoothing."""
