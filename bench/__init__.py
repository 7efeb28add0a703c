"""Measurements, as ratios within one interleaved run; never a test."""
