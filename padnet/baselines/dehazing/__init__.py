"""Compared methods for haze removal, one file each."""
